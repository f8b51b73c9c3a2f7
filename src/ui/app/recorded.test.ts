import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { byContestant, spreadOf } from '../../core/result/spread.ts';
import { FIRST, IndexSchema } from './recorded.ts';

const FOLDER = 'public/recorded';
const read = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const INDEX = v.parse(IndexSchema, read('index.json'));

/** Every number in a text, `50,000` as 50000, except those in names such as CIFAR-10 or PGD-20. */
function figuresIn(text: string): number[] {
  const plain = text.replace(/\b[A-Za-z]+-\d+\b/g, '');
  return [...plain.matchAll(/\d+(?:,\d{3})*(?:\.\d+)?/g)].map((m) => Number(m[0].replaceAll(',', '')));
}

/** Numbers that a text about this result may contain: settings, numbers of contestants and seeds, rounded figures. */
function figuresOf({ config, runs }: RaceResult): Set<number> {
  const found = new Set<number>([config.contestants.length, config.repeats, config.dataset.classes.length]);
  const walk = (value: unknown): void => {
    if (typeof value === 'number') for (const x of [value, 255 * value]) found.add(Number(x.toFixed(4)));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(config);
  const rounded = (x: number) => [0, 1].forEach((digits) => found.add(Number((100 * x).toFixed(digits))));
  for (const c of byContestant(runs)) {
    const finals = c.runs.flatMap((r) => r.final ?? []);
    for (const values of [finals.map((f) => f.clean), finals.map((f) => f.robust)]) {
      const spread = spreadOf(values);
      if (spread) [...values, spread.mean, ...(spread.sd === null ? [] : [spread.sd])].forEach(rounded);
    }
    finals.forEach((f) => found.add(f.n));
    for (const key of ['cosine', 'ratio'] as const) {
      const means = c.runs.flatMap((r) => meanConflict(r)?.[key] ?? []);
      const mean = spreadOf(means)?.mean;
      if (mean !== undefined) {
        found.add(Number(Math.abs(mean).toFixed(2)));
        if (key === 'ratio') rounded(mean);
      }
    }
  }
  return found;
}

test('given the folder of recorded runs, then the index lists exactly these, and the run shown at first paint is the first of it', () => {
  const files = readdirSync(FOLDER).filter((f) => f.endsWith('.json') && f !== 'index.json');
  expect(new Set(INDEX.map((e) => e.file))).toEqual(new Set(files));
  expect(INDEX[0].file).toBe(FIRST);
});

describe.each(INDEX)('the recorded run $file', ({ file, title, words }) => {
  const result = parseRaceResult(read(file));

  it('given a contestant with a changed switch, then the unchanged method is in the same race', () => {
    const labels = result.config.contestants.map((c) => c.label);
    expect(labels).toEqual(expect.arrayContaining(labels.map((label) => label.split(',')[0])));
  });

  it('given the file, then it is a complete result with provenance, and every contestant has final figures for every seed', () => {
    expect(result.status).toBe('complete');
    expect(result.dataset.provenance).not.toBe('');
    expect(result.runs).toHaveLength(result.config.contestants.length * result.config.repeats);
    expect(result.runs.every((r) => r.final !== null)).toBe(true);
  });

  it('given its title and words, then every number in them is a figure or a setting of the run', () => {
    const known = figuresOf(result);
    expect(figuresIn(`${title} ${words}`).filter((x) => !known.has(x))).toEqual([]);
  });
});

test('given words with numbers that are not the run’s, then figuresIn and figuresOf reveal them', () => {
  const known = figuresOf(parseRaceResult(read(FIRST)));
  expect(
    figuresIn('ARAT reached 99.9 % on CIFAR-10 with 50,001 images').filter((x) => !known.has(x)),
  ).toEqual([99.9, 50001]);
});
