import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { python, sharedFolder, WHY_NOT } from './python.ts';

const reference = sharedFolder('fixtures', 'reference-a');
if (WHY_NOT !== null) console.log(WHY_NOT);
else if (reference === null)
  console.log('Skipped: the check against ../shared/fixtures/reference-a, which is absent.');

/**
 * What `npm run parity` compares (src/parity/parity.test.ts): a row that is no longer compared must not pass
 * unnoticed.
 */
const ROWS = [
  ...['x_adv: pixels off', 'x_adv: loss', 'eval logits', 'step logits', 'step features', 'step 1: loss'],
  ...['step 1: terms', 'gradients', 'after 1 step', 'steps 2, 3: loss', 'steps 2, 3: terms', 'after 3 steps'],
].map((row) => `arat ${row}`);
ROWS.push(
  ...['conflict: cosine', 'conflict: ratio', 'conflict: cosine by layer'],
  ...['classification', 'invariance', 'cosine', 'conflict ratio'].map((row) => `ablations: ${row}`),
  ...['at', 'trades', 'mart', 'lbgat'].flatMap((id) =>
    ['x_adv: pixels off', 'loss', 'gradients'].map((row) => `${id} ${row}`),
  ),
  ...['trades', 'mart', 'lbgat'].map((id) => `${id} running statistics`),
  "lbgat natural model's gradients",
  ...['logits', 'input gradient', 'PGD-20: pixels off', 'PGD-20: loss', 'clean: loss'].map(
    (row) => `eval ${row}`,
  ),
);

test.skipIf(WHY_NOT !== null || reference === null)(
  'given numbers of the official PyTorch code, when scale.check compares, then every row that parity has is there and within its tolerance',
  async () => {
    const { status, stdout } = await python(['-m', 'scale.check', reference!]);
    expect(stdout).not.toContain('FAIL');
    const rows = [...stdout.matchAll(/^ok {3}(.+?) +worst/gm)].map(([, row]) => row);
    expect([...rows].sort()).toEqual([...ROWS].sort());
    expect(status).toBe(0);
  },
);

test.skipIf(WHY_NOT !== null || reference === null)(
  'given a reference whose loss is another one, when scale.check compares, then that row fails and the exit code is 1',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scale-check-'));
    const index = JSON.parse(readFileSync(join(reference!, 'index.json'), 'utf8')) as {
      cases: { plain: { methods: Record<string, { loss: number }> }; arat?: unknown };
    };
    const { at } = index.cases.plain.methods;
    index.cases = { plain: { ...index.cases.plain, methods: { at: { ...at, loss: at.loss * 1.01 } } } };
    writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
    writeFileSync(join(folder, 'plain.safetensors'), readFileSync(join(reference!, 'plain.safetensors')));
    const { status, stdout } = await python(['-m', 'scale.check', folder]);
    expect(stdout.match(/^FAIL .*$/gm)).toEqual([expect.stringMatching(/^FAIL at loss +worst 9\.9/)]);
    expect(status).toBe(1);
  },
);

test.skipIf(WHY_NOT !== null)(
  'given a folder that is no reference, when it is checked, then one sentence says so',
  async () => {
    const { status, stderr } = await python(['-m', 'scale.check', '/nowhere']);
    expect(stderr).toMatch(/^\/nowhere is not a reference folder: FileNotFoundError/);
    expect(status).toBe(2);
  },
);
