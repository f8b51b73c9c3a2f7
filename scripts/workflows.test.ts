/** Limits of the workflows, which run third-party code with the rights of this repository. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = '.github/workflows';
const workflows = readdirSync(FOLDER).map((file) => ({
  file,
  text: readFileSync(join(FOLDER, file), 'utf8'),
}));

/** The text of each job, by name: what is indented below `jobs:`. */
function jobs(text: string): Map<string, string> {
  const body = text.slice(text.indexOf('\njobs:\n') + '\njobs:\n'.length);
  const parts = body.split(/^ {2}(?=[\w-]+:$)/m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf(':')), part]));
}

describe.each(workflows)('the workflow $file', ({ text }) => {
  test('given its actions, when read, then each is named by commit with its version', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map((match) => match[1]);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((use) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  });

  test('given no job’s own rights, when read, then it may only read', () => {
    const head = text.slice(0, text.indexOf('\njobs:\n'));
    expect(head).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(head).not.toContain('write');
  });

  test('given a job that may write, when read, then it runs no code of the repository or of packages', () => {
    const all = jobs(text);
    expect(all.size).toBeGreaterThan(0);
    for (const [name, job] of all)
      if (job.includes('write')) expect(job, name).not.toMatch(/run:|checkout|setup-node|cache@/);
  });

  test('given its checkouts, when read, then none keeps credentials', () => {
    const checkouts = text.split('actions/checkout@').slice(1);
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.split('- ')[0]).toContain('persist-credentials: false');
  });
});
