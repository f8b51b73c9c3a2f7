import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FAULTS } from './fault-table.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The ids in the titles of all tests, each with a file that has it. */
function named(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of ['src', 'e2e'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(test|spec)\.tsx?$/.test(name) || name.endsWith('fault-table.test.ts')) continue;
      const text = readFileSync(join(root, folder, name), 'utf8');
      for (const [, id] of text.matchAll(/fault: ([a-z0-9-]+)['")]/g)) found.set(id, join(folder, name));
    }
  return found;
}

it('given the table of faults, when compared with the titles of all tests, then each fault has a test and each id a row', () => {
  expect([...named().keys()].sort()).toEqual(Object.keys(FAULTS).sort());
});
