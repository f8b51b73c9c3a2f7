import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { columnsOf, DEPTHS } from '../judge/plan.ts';
import { AUTOATTACK, QUICK_ENSEMBLE } from './autoattack.ts';
import { ATTACKS, attackById } from './registry.ts';

test('given the registry, then no two attacks share an id or a name, and each is found by its id', () => {
  expect(new Set(ATTACKS.map((a) => a.id)).size).toBe(ATTACKS.length);
  expect(new Set(ATTACKS.map((a) => a.name)).size).toBe(ATTACKS.length);
  for (const attack of ATTACKS) expect(attackById(attack.id)).toBe(attack);
});

test('given the registry, when read, then every attack comes from its own file', () => {
  const source = readFileSync(new URL('registry.ts', import.meta.url), 'utf8');
  const imports = [...source.matchAll(/^import \{ (.*) \} from '(.*)';$/gm)].map(([, names, file]) => ({
    names,
    file,
  }));
  expect(imports).toHaveLength(ATTACKS.length);
  for (const { names, file } of imports) {
    expect(names).toMatch(/^\w+$/);
    expect(file).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
  }
});

test('given every depth, then the report has the attacks of earlier reports in their order, and the ensemble last', () => {
  const LOOK = ['noise', 'fgsm', 'pgd-20', 'pgd-20-margin'];
  const MORE = [...LOOK, 'mim', 'pgd-20-targeted', 'pgd-100'];
  const expected = [LOOK, [...MORE, 'quick-ensemble'], [...MORE, 'autoattack']];
  for (const [k, depth] of DEPTHS.entries()) {
    const ids = columnsOf(depth, 10).map((c) => c.id);
    // New attacks may be anywhere between them.
    expect(ids.filter((id) => expected[k].includes(id))).toEqual(expected[k]);
    expect(ids.at(-1) === expected[k].at(-1) || depth === 'look').toBe(true);
  }
});

describe.each(ATTACKS.map((a) => [a.id, a] as const))('%s', (id, attack) => {
  it('given its entry, then it has an id, a name, a description, a source and norms', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(attack.name.length).toBeGreaterThan(2);
    expect(attack.description).toMatch(/^[A-Z].{20,}\.$/s);
    expect(attack.source).toMatch(/\b20\d\d\b/);
    expect(attack.norms.length).toBeGreaterThan(0);
  });

  it('given its budget, then it is of whole numbers within limits, and more iterations need no fewer passes', () => {
    const { iterations, restarts, targets } = attack.budget;
    for (const n of [iterations, restarts, targets]) expect(Number.isInteger(n)).toBe(true);
    expect(iterations).toBeGreaterThanOrEqual(1);
    expect(iterations).toBeLessThanOrEqual(5000);
    expect(restarts).toBeGreaterThanOrEqual(1);
    const passes = attack.passes(attack.budget, 10);
    expect(passes).toBeGreaterThanOrEqual(iterations * restarts);
    expect(attack.passes({ ...attack.budget, iterations: 2 * iterations }, 10)).toBeGreaterThanOrEqual(
      passes,
    );
  });

  it('given eps 8/255, then its stated step size is at most eps, or null', () => {
    const step = attack.stepSize(8 / 255, attack.budget.iterations) ?? 8 / 255;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThanOrEqual(8 / 255);
  });

  it('given its reportRow, then the report has it there and nowhere else', () => {
    const alone = columnsOf('quick', 10).some((c) => c.id === id);
    const inEnsemble = [...AUTOATTACK, ...QUICK_ENSEMBLE].some((e) => e.attack === attack);
    expect(alone).toBe(attack.reportRow === 'look' || attack.reportRow === 'quick');
    expect(inEnsemble).toBe(attack.reportRow === 'in-ensemble');
  });
});
