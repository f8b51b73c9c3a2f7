import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import { withSeeds } from '../src/core/result/spread.ts';
import { findings } from './findings.ts';

const RECORDED = 'public/recorded';
const FACTORIAL = join(RECORDED, 'factorial');
const read = (path: string) => parseRaceResult(JSON.parse(readFileSync(path, 'utf8')));
/** Without the spaces and lines that formatting adds. */
const plain = (text: string) => text.replace(/\s+/g, ' ');
const written = plain(readFileSync('docs/FINDINGS.md', 'utf8'));
const cells = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('docs/FINDINGS.md', () => {
  it.each([
    ['quick-race.json', 'AT'],
    ['quick-ladder.json', 'ARAT'],
  ])('given %s, then its table has the accuracies of every contestant', (file, from) => {
    const [table] = findings(withSeeds(read(join(RECORDED, file))), from);
    const rows = table.split('\n').slice(2).map(cells);
    expect(rows).toHaveLength(4);
    for (const [, clean, robust] of rows) expect(written).toContain(`| ${clean} | ${robust} |`);
  });

  it('given every combination of the parts, then its effects on the accuracies are those that are printed', () => {
    const files = readdirSync(FACTORIAL).filter((f) => f.startsWith('arat-') && f.endsWith('.json'));
    const runs = files.flatMap((f) => withSeeds(read(join(FACTORIAL, f))));
    const parts = findings(runs, 'ARAT').find((table) => table.startsWith('| effect'))!;
    const effects = new Map(
      parts
        .split('\n')
        .slice(2)
        .map(cells)
        .map((row) => [row[0], row]),
    );
    const named = ['split BN', 'stop-gradient', 'predictor', 'auto-balance', 'stop-gradient × predictor'];
    const inBrackets = (words: string) => words.replace('(', '[').replace(' to ', ', ').replace(')', ']');
    for (const name of named) {
      const [, clean, robust] = effects.get(name)!.map(inBrackets);
      expect(written).toContain(`| ${name} | ${clean} | ${robust} |`);
    }
  });
});

it('given a contestant that the results lack, when findings compares with it, then the error names those that there are', () => {
  const runs = withSeeds(read(join(RECORDED, 'quick-race.json')));
  expect(() => findings(runs, 'MART')).toThrow('There is no contestant MART: there are AT, TRADES, ARAT');
});
