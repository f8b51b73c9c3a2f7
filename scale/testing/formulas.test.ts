/** Methods written as formulas, in Python as in TypeScript: the same refusals, and the same numbers. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { loadDataset } from '../../src/core/data/load.ts';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { withSource } from '../../src/core/experiments/with-source.ts';
import { formulaOf, type Role } from '../../src/core/formula/check.ts';
import { EXAMPLES, type ExampleId } from '../../src/core/formula/examples.ts';
import { FormulaError } from '../../src/core/formula/formula-error.ts';
import { FUNCTIONS, NAMES } from '../../src/core/formula/vocabulary.ts';
import { Race } from '../../src/core/race/race.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import { DEFAULT_SWITCHES, type ExperimentConfig, type Switches } from '../../src/core/settings/config.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const PATIENCE = 600_000;

/** Formulas by role: right ones, a wrong one of each kind, and texts drawn from the language's words. */
function formulas(): [Role, string][] {
  const examples = Object.values(EXAMPLES).flatMap(({ switches: s }) => [
    ['objective', s.attackObjective] as const,
    ['first', s.firstTerm] as const,
    ['second', s.secondTerm] as const,
  ]);
  const wrong = [
    ...[
      '',
      ' ',
      '(',
      'mean(',
      'ce(f(x), y',
      'mean(ce(f(x), y)))',
      'mean(ce f(x), y)',
      '1 2',
      '* 2',
      '2 *',
      '1e999',
    ],
    ...[
      'mean(ce(f(x), y)) / 0',
      '-x',
      '-y',
      'x + 1',
      '1 - y',
      'f(x) + z(x)',
      'f',
      'y(2)',
      'a(1 - a)',
      'q',
      'cee(f(x), y)',
    ],
    ...[
      'ce(f(x))',
      'ce(f(x), y, y)',
      'ce(z(x), y)',
      'kl(f(x), z(x))',
      "kl(f(x), f(x'), -1)",
      "kl(f(x), f(x'), a)",
    ],
    ...[
      'softmax(z(x))',
      'min(f(x), z(x))',
      'h(f(x))',
      'h(z(x))',
      'sg(x)',
      'a',
      't',
      '1',
      '1e-7',
      'ce(f(x), y)',
      'f(x)',
    ],
    ...[
      'sg(mean(ce(f(x), y)))',
      "mean(ce(sg(f(x')), y))",
      'mean(ce(f(x), y)) + \u200b',
      '🙂',
      "mean(ce(f(x'), y)) 🙂 x",
    ],
    ...[
      'méan(x)',
      '\tmean(ce(f(x), y))',
      'mean(ce(f(x’), y)) − 0 · 1',
      '1e21',
      '1.5e-7 1.5e-7',
      '2 123456789012345680000',
    ],
    ...[
      '('.repeat(33),
      `${'-'.repeat(40)}1`,
      'x'.repeat(401),
      `mean(${'a+'.repeat(60)}a)`,
      'mean(ce(f(x), y)) \u0085',
      'm\u2028',
    ],
  ];
  const words = [
    ...Object.keys(NAMES),
    ...Object.keys(FUNCTIONS),
    ...'()+-*/,'.split(''),
    '1',
    '0.5',
    '(x)',
    '(f(x), y)',
    ' ',
  ];
  const drawn = fc.sample(fc.array(fc.constantFrom(...words), { maxLength: 12 }), { numRuns: 300, seed: 7 });
  const texts = [...wrong, ...drawn.map((parts) => parts.join(''))];
  const roles: Role[] = ['objective', 'first'];
  return [
    ...examples.map(([role, text]) => [role, text] as [Role, string]),
    ...texts.flatMap((text) => roles.map((role) => [role, text] as [Role, string])),
  ];
}

function verdict(role: Role, text: string): string {
  try {
    formulaOf(text, role);
    return 'ok';
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
}

const switches = (changes: Partial<Switches>): Switches => ({ ...DEFAULT_SWITCHES, ...changes });
/** A method of formulas, and the built-in one that it writes down. */
const PAIRS: readonly (readonly [ExampleId, string, Partial<Switches>])[] = [
  ['at', 'at', {}],
  ['trades', 'trades', { beta: 6 }],
  ['mart', 'mart', { beta: 6 }],
  ['arat', 'arat', { invarianceWeight: 4 }],
  ['naive', 'arat', { splitBn: false, stopGradient: false, predictor: false, invarianceWeight: 4 }],
];

describe.skipIf(WHY_NOT !== null)('given formulas, in TypeScript and in Python', () => {
  const asked = formulas();
  let answer: { verdicts: string[]; differences: [number, number, number][] };
  beforeAll(async () => {
    const pairs = PAIRS.map(([example, method, changes]) => [
      switches(EXAMPLES[example].switches),
      method,
      switches(changes),
    ]);
    const { stdout, stderr } = await python(['-m', 'scale.testing.formulas'], {
      input: JSON.stringify({ formulas: asked, pairs }),
    });
    expect(stderr).toBe('');
    answer = JSON.parse(stdout) as typeof answer;
  }, PATIENCE);

  test('when they are checked, then both accept the same ones, and refuse the others in the same words', () => {
    const ours = asked.map(([role, text]) => verdict(role, text));
    expect(answer.verdicts).toEqual(ours);
    expect(ours.filter((v) => v === 'ok').length).toBeGreaterThan(20);
    expect(new Set(ours).size).toBeGreaterThan(150);
  });

  test('when a built-in method is written as formulas, then Python gives its loss, terms, gradients and statistics', () => {
    answer.differences.forEach(([loss, rest, terms], i) => {
      expect([loss, rest], PAIRS[i][0]).toEqual([expect.closeTo(0, 5), expect.closeTo(0, 3)]);
      expect(terms, PAIRS[i][0]).toBe(0);
    });
  });
});

test.skipIf(WHY_NOT !== null)(
  'given a method of formulas that is in no paper, when trained in PyTorch and here, then losses, terms, conflict and accuracies agree',
  async () => {
    const { quick } = PRESETS;
    const own = contestant(
      'custom',
      {
        attackObjective: "margin(f(x'), y) + a",
        firstTerm: "mean(ce(f(x'), y)) + 0.1 * (1 - t) * max(mean(entropy(f(x))), 0.5)",
        secondTerm: "2 * mean(mse(h(z(x')), sg(z(x)))) + mean(kl(f_adv(x), f(x'))) * exp(-a)",
      },
      DEFAULT_SWITCHES,
    );
    const synthetic = withSource(quick, 'synthetic');
    const config: ExperimentConfig = {
      ...synthetic,
      dataset: { ...synthetic.dataset, trainSize: 32, testSize: 16 },
      network: { ...quick.network, width: 4 },
      attack: { ...quick.attack, steps: 2 },
      evaluation: { ...quick.evaluation, steps: 2, n: 16 },
      optimiser: { ...quick.optimiser, batchSize: 16, epochs: 2 },
      conflictEvery: 2,
      contestants: [own],
    };
    const out = mkdtempSync(join(tmpdir(), 'custom-'));
    writeFileSync(join(out, 'experiment.json'), JSON.stringify(config));
    const trained = await python(['-m', 'scale.train', join(out, 'experiment.json'), '--out', out]);
    expect(trained.status, trained.stderr).toBe(0);
    const theirs = parseRaceResult(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).runs[0];

    const { backend, device } = await initialiseBackend('wasm');
    const data = await loadDataset('synthetic', { environment: { cache: null } });
    const race = new Race(config, data, { runId: 'ours', backend, device, appVersion: '0', emit: () => {} });
    const [ours] = (await race.run()).runs;
    race.dispose();
    expect(theirs.curves).toHaveLength(3);
    theirs.curves.forEach((point, i) => {
      const other = ours.curves[i];
      for (const key of ['step', 'clean', 'robust', 'balance'] as const)
        expect(point[key] ?? 0).toBeCloseTo(other[key] ?? 0, 9);
      expect(point.loss ?? 0).toBeCloseTo(other.loss ?? 0, 3);
      for (const [term, value] of Object.entries(other.terms ?? {}))
        expect(point.terms![term]).toBeCloseTo(value, 3);
    });
    expect(theirs.gradientConflict.map(({ step }) => step)).toEqual([0, 2]);
    expect(theirs.gradientConflict[0].cosine).toBeCloseTo(ours.gradientConflict[0].cosine, 3);
  },
  PATIENCE,
);
