import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { conflictChance, meanConflict } from '../src/core/result/conflict-mean.ts';
import { accuracyDifference, tInterval, verdictOn } from '../src/core/result/difference.ts';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import { byContestant, spreadText, withSeeds } from '../src/core/result/spread.ts';
import type { RunResult } from '../src/core/result/results.ts';
import { differenceRows, differenceWords } from '../src/ui/race/differences.ts';
import { EXPECTED, EXPECTED_OF_CONTROL } from '../src/ui/race/expected.ts';
import { partsOf, tablesIn, withTables } from './findings-document.ts';
import { contestantTable } from './findings-tables.ts';

const RECORDED = 'public/recorded';
const read = (file: string) => parseRaceResult(JSON.parse(readFileSync(`${RECORDED}/${file}`, 'utf8')));
const FINDINGS = readFileSync('docs/FINDINGS.md', 'utf8');
const index = JSON.parse(readFileSync(`${RECORDED}/index.json`, 'utf8')) as {
  file: string;
  title: string;
  words: string;
}[];

/** Every difference between two contestants of these runs, as a sentence has it. */
function differencesIn(runs: readonly RunResult[]): string[] {
  return byContestant(runs).flatMap(({ label }) =>
    differenceRows(runs, label).flatMap((d) => [differenceWords(d.clean), differenceWords(d.robust)]),
  );
}

/** The differences with their intervals that a text names. */
const saidIn = (text: string): string[] =>
  [...text.replaceAll(/\s+/g, ' ').matchAll(/(?:none|[+−]\d+\.\d+) \([+−]?\d+\.\d+ to [+−]?\d+\.\d+\)/g)].map(
    ([words]) => words,
  );

describe.each(['docs/FINDINGS.md', 'README.md'])('%s', (file) => {
  const document = readFileSync(file, 'utf8');

  it('given the recorded runs, when its tables are made again, then they are those of the document', async () => {
    expect(await withTables(document)).toBe(document);
  });

  it('given a sentence with a difference and its interval, then the recorded runs have this difference', async () => {
    const known = new Set<string>();
    for (const table of await tablesIn(document)) {
      for (const cell of partsOf(table).flatMap((part) => part.split('|'))) known.add(cell.trim());
      if (table.kind === 'contestants')
        differencesIn(table.results.flatMap(withSeeds)).forEach((words) => known.add(words));
    }
    const said = saidIn(document.replaceAll(/<!-- findings[\s\S]*?<!-- end -->/g, ''));
    expect(said.length).toBeGreaterThan(1);
    expect(said.filter((words) => !known.has(words))).toEqual([]);
  });
});

test('given the page’s sentence on what to expect, then the recorded race has its differences', () => {
  const known = differencesIn(withSeeds(read('quick-race.json')));
  const said = saidIn(`${EXPECTED} ${EXPECTED_OF_CONTROL}`);
  expect(said).toHaveLength(5);
  expect(said.filter((words) => !known.includes(words))).toEqual([]);
});

test('given a figure of a table changed, when its tables are made again, then the figure is that of the file', async () => {
  const [block] = /<!-- findings: quick-race[\s\S]*?<!-- end -->/.exec(FINDINGS)!;
  const changed = block.replace(/\d\.\d ±/, '99.9 ±');
  expect(changed).not.toBe(block);
  expect(await withTables(changed)).toBe(`${block}\n`);
});

describe('the words of the recorded runs', () => {
  const CONTROL = 'ARAT, invariance weight 0';
  const MATCHED = 'AT, as many FLOP as ARAT';
  /** That `a` has a higher or lower accuracy than `b`, or that the two are not told apart. */
  type Claim = readonly [
    a: string,
    b: string,
    measure: 'clean' | 'robust',
    verdict: 'higher' | 'lower' | 'none',
  ];
  /** Not told apart, clean and under attack. */
  const alike = (a: string, b: string): Claim[] => [
    [a, b, 'clean', 'none'],
    [a, b, 'robust', 'none'],
  ];
  const CLAIMS: Readonly<Record<string, readonly Claim[]>> = {
    'quick-race.json': [
      ['ARAT', 'AT', 'clean', 'higher'],
      [CONTROL, 'AT', 'clean', 'higher'],
      [CONTROL, 'ARAT', 'clean', 'none'],
      [CONTROL, 'ARAT', 'robust', 'none'],
    ],
    'quick-compute.json': [
      ...alike(MATCHED, 'AT'),
      ['ARAT', 'AT', 'clean', 'higher'],
      ['ARAT', MATCHED, 'clean', 'higher'],
      ['ARAT', 'AT', 'robust', 'none'],
      ['ARAT', MATCHED, 'robust', 'none'],
      [CONTROL, 'ARAT', 'clean', 'higher'],
      [CONTROL, 'ARAT', 'robust', 'higher'],
    ],
    'quick-averaged.json': ['AT', 'TRADES', 'ARAT'].flatMap((label) => alike(`${label}+SWA`, label)),
    'quick-stopped.json': [
      ...['AT', 'TRADES', 'ARAT'].flatMap((label) => alike(`${label}+SWA`, label)),
      ['ARAT', 'TRADES', 'clean', 'higher'],
      ...alike('ARAT', 'AT'),
    ],
    'quick-methods.json': [
      ['ARAT', 'AT', 'clean', 'higher'],
      ['ARAT+SWA', 'AT', 'clean', 'higher'],
      ...['TRADES', 'MART', 'LBGAT', 'LBGAT, β 0', 'ARREST'].flatMap((label) => alike(label, 'AT')),
      ['ARAT', 'AT', 'robust', 'none'],
      ['ARAT+SWA', 'AT', 'robust', 'none'],
    ],
    'quick-parts.json': [
      ['ARAT, no stop-gradient', 'ARAT', 'clean', 'lower'],
      ['ARAT, no predictor', 'ARAT', 'clean', 'higher'],
      ['ARAT, no stop-gradient', 'ARAT', 'robust', 'none'],
      ['ARAT, no predictor', 'ARAT', 'robust', 'none'],
      ...[
        'no split BN',
        'only affines split',
        'only statistics split',
        'no auto-balance',
        'invariance weight 0',
        'MSE',
        'last two stages',
        'all stages',
        'official aliasing',
        'attack moves statistics',
      ].flatMap((change) => alike(`ARAT, ${change}`, 'ARAT')),
    ],
    'quick-lambda.json': [
      ...[0.5, 1, 2, 8].flatMap((weight) => alike(`ARAT, invariance weight ${weight}`, CONTROL)),
      ...alike('ARAT', CONTROL),
      ['ARAT, invariance weight 30', CONTROL, 'clean', 'lower'],
      ['ARAT, invariance weight 30', CONTROL, 'robust', 'lower'],
    ],
    'quick-later.json': [
      ['CA-AT', 'AT', 'clean', 'higher'],
      ...alike('CA-AT', 'ARAT'),
      ['IKL-AT', 'ARAT', 'clean', 'lower'],
      ...['AT', 'TRADES', 'IKL-AT'].map((label): Claim => [label, 'ARAT', 'robust', 'none']),
    ],
    'quick-ladder.json': ['ARAT, no split BN, no predictor', 'ARAT, no split BN', 'ARAT'].flatMap((label) =>
      alike(label, 'ARAT, no split BN, no stop-gradient, no predictor'),
    ),
  };

  /** That the mean cosine is above or below 0, or the conflict ratio above or below chance, or that neither shows. */
  type GradientClaim = readonly [
    label: string,
    figure: 'cosine' | 'conflict',
    verdict: 'above' | 'below' | 'none',
  ];
  const NAIVE = 'ARAT, no split BN, no stop-gradient, no predictor';
  const GRADIENT_CLAIMS: Readonly<Record<string, readonly GradientClaim[]>> = {
    'quick-race.json': [
      ['TRADES', 'cosine', 'below'],
      ['ARAT', 'cosine', 'above'],
    ],
    'quick-ladder.json': [
      [NAIVE, 'cosine', 'none'],
      [NAIVE, 'conflict', 'above'],
      ['ARAT, no split BN, no predictor', 'cosine', 'above'],
      ['ARAT, no split BN', 'cosine', 'above'],
      ['ARAT', 'cosine', 'above'],
    ],
    'quick-parts.json': [['ARAT', 'cosine', 'above']],
    'quick-lambda.json': [0.5, 1, 2, 8, 16, 30].map((weight) => [
      `ARAT, invariance weight ${weight}`,
      'cosine',
      'above',
    ]),
    'quick-later.json': [
      ['CA-AT', 'cosine', 'above'],
      ['IKL-AT', 'cosine', 'below'],
    ],
  };

  it.each(index)(
    'given $title, then what its words say of gradients has an interval that shows it',
    ({ file }) => {
      const { config, runs } = read(file);
      for (const [label, figure, verdict] of GRADIENT_CLAIMS[file] ?? []) {
        const values = runs
          .filter((run) => run.label === label)
          .map((run) => {
            const { cosine, ratio } = meanConflict(run)!;
            return figure === 'cosine' ? cosine : ratio - conflictChance(run, config)!;
          });
        const [low, high] = tInterval(values)!;
        expect([label, figure, low > 0 ? 'above' : high < 0 ? 'below' : 'none']).toEqual([
          label,
          figure,
          verdict,
        ]);
      }
    },
  );

  it.each(index)(
    'given $title, then its commit is named, and every percentage is of a contestant of it',
    ({ file, words }) => {
      const result = read(file);
      expect(result.commit).toMatch(/^[0-9a-f]{12,}$/);
      const means = byContestant(withSeeds(result)).flatMap(({ runs }) => {
        const finals = runs.flatMap((r) => r.final ?? []);
        return [finals.map((f) => f.clean), finals.map((f) => f.robust)].map(
          (v) => spreadText(v, 1, 100).split(' ')[0],
        );
      });
      const said = [...words.matchAll(/(\d+\.\d)(?= %| and \d+\.\d %)/g)].map(([, x]) => x);
      expect(said.filter((x) => !means.includes(x))).toEqual([]);
    },
  );

  it.each(index)(
    'given $title, then each comparison of its words has an interval that shows it',
    ({ file }) => {
      const contestants = byContestant(withSeeds(read(file)));
      const of = (label: string) => {
        const found = contestants.find((c) => c.label === label);
        if (!found) throw new Error(`${file} has no ${label}.`);
        return found.runs;
      };
      const claims = CLAIMS[file] ?? [];
      expect(claims.length, `claims of ${file}`).toBeGreaterThan(0);
      for (const [a, b, measure, verdict] of claims)
        expect([a, b, measure, verdictOn(accuracyDifference(of(a), of(b), measure)!)]).toEqual([
          a,
          b,
          measure,
          verdict,
        ]);
    },
  );
});

it('given a contestant that the results lack, when findings compares with it, then the error names those that there are', () => {
  expect(() => contestantTable([read('quick-race.json')], 'MART')).toThrow(
    'There is no contestant MART: there are AT, TRADES, ARAT',
  );
});
