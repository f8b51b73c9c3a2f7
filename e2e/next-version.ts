/** Makes a second version of the built site from the first, without another build, as after a deploy. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TEXT = /\.(html|js|css|json)$/;
const LIST = /const __BUILD__=(\{.*?\}\});/;

/**
 * Renames the page's entry file in every file that names it, and lists the new digests in sw.js. The old entry is no
 * longer in the folder. Returns index.html of both versions.
 */
export async function deployNextVersion(folder: string): Promise<{ before: string; after: string }> {
  const before = await readFile(join(folder, 'index.html'), 'utf8');
  const entry = /src="\.\/assets\/(index-[^"]+\.js)"/.exec(before)?.[1];
  if (!entry) throw new Error('index.html names no entry file.');
  const renamed = entry.replace('index-', 'index-next-');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  // A browser may look for an update at any moment, so that sw.js is changed last and only once.
  for (const file of names.filter((f) => f.isFile() && TEXT.test(f.name) && f.name !== 'sw.js')) {
    const path = join(file.parentPath, file.name);
    const text = await readFile(path, 'utf8');
    if (text.includes(entry)) await writeFile(path, text.replaceAll(entry, renamed));
  }
  await writeFile(join(folder, 'assets', renamed), await readFile(join(folder, 'assets', entry)));
  await rm(join(folder, 'assets', entry));
  await listDigests(folder, entry, renamed);
  return { before, after: await readFile(join(folder, 'index.html'), 'utf8') };
}

async function listDigests(folder: string, entry: string, renamed: string): Promise<void> {
  const sw = (await readFile(join(folder, 'sw.js'), 'utf8')).replaceAll(entry, renamed);
  const list = LIST.exec(sw)?.[1];
  if (!list) throw new Error('sw.js has no list of files.');
  const build = JSON.parse(list) as { version: string; files: Record<string, string> };
  for (const path of Object.keys(build.files)) {
    const content = await readFile(join(folder, path || 'index.html'));
    build.files[path] = createHash('sha256').update(content).digest('hex');
  }
  const next = { ...build, version: `${build.version}-next` };
  await writeFile(join(folder, 'sw.js'), sw.replace(list, JSON.stringify(next)));
}
