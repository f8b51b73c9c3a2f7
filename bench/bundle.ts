/**
 * `npm run bench:bundle -- DIR`: what `npm run bench` needs on a machine with neither Node nor npm nor a browser, in
 * one folder: this Node, the benchmark as built by vite, Dawn, tfjs's WASM binaries and the Python files with scale/,
 * which they import. Same system and processor kind as here.
 */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { git } from './machine.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Left to the machine, where parts that need them are left out; and what is loaded by name from node_modules. */
const EXTERNAL = ['playwright-core', 'vite', 'webgpu'];

/** Two programs: the benchmark, and the process that it starts for the engine (host.ts). */
async function buildPrograms(folder: string): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    root: here('..'),
    // As Node itself resolves tfjs: its ES modules ask for `require`.
    resolve: { mainFields: ['main', 'module'] },
    // Emscripten's glue, written for CommonJS, asks for them.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    ssr: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: { main: here('main.ts'), 'node-process': here('engine/node-process.ts') },
        external: EXTERNAL,
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  });
}

/** Copies these files of a package to the folder's node_modules, its package.json with them. */
function copyPackage(folder: string, name: string, files: readonly string[]): void {
  const from = join(here('../node_modules'), name);
  const to = join(folder, 'node_modules', name);
  for (const file of ['package.json', ...files]) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}

/** dist/tf-backend-wasm.node.js is only looked up, to find the binaries beside it: the engine has its code already. */
function copyNative(folder: string): void {
  const dawn = join('dist', `${process.platform}-${process.arch}`);
  const inDawn = readdirSync(join(here('../node_modules/webgpu'), dawn)).map((file) => join(dawn, file));
  copyPackage(folder, 'webgpu', ['index.js', ...inDawn]);
  const wasm = '@tensorflow/tfjs-backend-wasm';
  const dist = dirname(createRequire(import.meta.url).resolve(wasm));
  const binaries = readdirSync(dist).filter((file) => file.endsWith('.wasm'));
  copyPackage(
    folder,
    wasm,
    ['tf-backend-wasm.node.js', ...binaries].map((file) => join('dist', file)),
  );
}

/** Copies a folder of Python files and their data, without tests. */
function copyPython(from: string, to: string): void {
  const left = new Set(['testing', '__pycache__']);
  cpSync(from, to, { recursive: true, filter: (path) => !left.has(basename(path)) });
}

/** Where Linux systems and browsers keep Vulkan's loader. */
const VULKAN_LOADERS = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib/aarch64-linux-gnu/libvulkan.so.1',
  '/usr/lib64/libvulkan.so.1',
  '/usr/lib/chromium/libvulkan.so.1',
  '/opt/google/chrome/libvulkan.so.1',
];
const NVIDIA = {
  file_format_version: '1.0.0',
  ICD: { library_path: 'libGLX_nvidia.so.0', api_version: '1.3.0' },
};

/** What bundle-run.sh gives a machine that lacks it. Returns whether there was a loader to take along. */
function copyVulkan(folder: string): boolean {
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'nvidia_icd.json'), JSON.stringify(NVIDIA));
  const loader = VULKAN_LOADERS.find((file) => existsSync(file));
  if (loader) copyFileSync(loader, join(folder, 'lib', 'libvulkan.so.1'));
  return loader !== undefined;
}

function destination(): string {
  const { positionals } = parseOptions({ allowPositionals: true, options: {} });
  if (positionals.length !== 1) throw new UsageError('Name one folder: npm run bench:bundle -- DIR');
  const folder = resolve(positionals[0]);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is not empty: name a new folder.`);
  return folder;
}

/** Fills an empty folder; `commit` is recorded in the figures. Returns whether Vulkan's loader is in it. */
export async function makeBundle(folder: string, commit: string | null): Promise<boolean> {
  const programs = join(folder, 'bench');
  await buildPrograms(programs);
  copyNative(folder);
  copyPython(here('pytorch'), join(programs, 'pytorch'));
  copyPython(here('../scale'), join(folder, 'scale'));
  copyFileSync(process.execPath, join(folder, 'node'));
  copyFileSync(here('bundle-run.sh'), join(folder, 'run.sh'));
  writeFileSync(join(folder, 'commit'), commit ?? '');
  for (const program of ['node', 'run.sh']) chmodSync(join(folder, program), 0o755);
  return copyVulkan(folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await runCommand(async () => {
    const folder = destination();
    if (!(await makeBundle(folder, git('rev-parse', '--short', 'HEAD'))))
      console.log('No libvulkan.so.1 was found here to take along: the machine needs its own.');
    console.log(`Copy ${relative('.', folder) || folder} to the machine, and run there: sh run.sh`);
    return 0;
  });
