/** The workflows run other people's code with this repository's rights: what they may do is written down here. */
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
  test('names every action by its commit and says which version that is', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map((match) => match[1]);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((use) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  });

  test('may only read unless a job says otherwise', () => {
    const head = text.slice(0, text.indexOf('\njobs:\n'));
    expect(head).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(head).not.toContain('write');
  });

  test('runs no code of the repository or its packages in a job that may write', () => {
    const all = jobs(text);
    expect(all.size).toBeGreaterThan(0);
    for (const [name, job] of all)
      if (job.includes('write')) expect(job, name).not.toMatch(/run:|checkout|setup-node|cache@/);
  });

  test('leaves no credentials in the checkout', () => {
    const checkouts = text.split('actions/checkout@').slice(1);
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.split('- ')[0]).toContain('persist-credentials: false');
  });
});
