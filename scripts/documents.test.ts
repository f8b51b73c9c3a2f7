import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { MOST_CONTESTANTS } from '../src/core/settings/config.ts';
import { SETTINGS } from '../src/core/settings/specs.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/SCALE.md'];
const FOLDERS = ['src', 'docs', 'e2e', 'bench', 'scripts', 'scale', '.github'].filter((f) =>
  existsSync(join(ROOT, f)),
);

const files = [
  ...FOLDERS,
  ...readdirSync(ROOT, { withFileTypes: true }).flatMap((f) => (f.isFile() ? [f.name] : [])),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((f) => join(folder, f)),
  ),
];

const read = (document: string) => readFileSync(join(ROOT, document), 'utf8');

/**
 * Text in backticks that looks like a path of this repository: below one of its folders, or a file of code.
 */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span);
  return spans.filter(
    (span) =>
      /^[\w.<>*-]+(\/[\w.<>*-]+)*\/?$/.test(span) &&
      (/^(src|docs|e2e|bench|scripts|scale)\//.test(span) || /[\w>*]\.(tsx?|mjs|cjs|md|css)$/.test(span)),
  );
}

/** A path may leave out the folders before it, as in `methods/types.ts`; `<id>` and `*` stand for any name. */
function exists(path: string): boolean {
  const escaped = path
    .replace(/\/$/, '')
    .replace(/[.+]/g, '\\$&')
    .replace(/<\w+>|\*/g, '[^/]+');
  const pattern = new RegExp(`(^|/)${escaped}$`);
  return files.some((file) => pattern.test(file));
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('given its paths in backticks, when looked up, then every one exists', () => {
    expect(pathsIn(read(document)).filter((path) => !exists(path))).toEqual([]);
  });

  it('given its links to files, when looked up, then every one exists', () => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, link]) => link);
    const missing = links.filter((link) => !existsSync(join(ROOT, document, '..', link)));
    expect(missing).toEqual([]);
  });

  it('given its npm commands, when looked up, then package.json has each', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([a-z0-9:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('given the limits of a result in SCALE.md, then they are those of the settings', () => {
  const limits = `at most ${MOST_CONTESTANTS} contestants and ${SETTINGS.repeats.max} seeds`;
  expect(read('docs/SCALE.md').replaceAll('\n', ' ')).toContain(limits);
});

test('given a path that does not exist, when checked, then it is found to be missing', () => {
  expect(pathsIn('see `src/core/nowhere.ts`, `uoft-cs/cifar10` and `methods/<id>/info.ts`')).toEqual([
    'src/core/nowhere.ts',
    'methods/<id>/info.ts',
  ]);
  expect(pathsIn(read('docs/ARCHITECTURE.md')).length).toBeGreaterThan(40);
  expect(exists('src/core/nowhere.ts')).toBe(false);
  expect(exists('methods/<id>/info.ts')).toBe(true);
});

test('given every document that code or text cites, when looked up, then it is in the repository', () => {
  const texts = files.filter((file) => /\.(ts|tsx|mjs|cjs|md|py|css|html)$/.test(file));
  const cited = texts.flatMap((file) =>
    [...read(file).matchAll(/(?:[\w./-]+\/)?\b[A-Z][A-Z-]{2,}\.md\b/g)].map(([name]) => `${file}: ${name}`),
  );
  const names = new Set(files.map((file) => file.split('/').at(-1)));
  expect(cited.filter((line) => !names.has(line.split(/[/ ]/).at(-1)))).toEqual([]);
});
