import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { LINE_UPS } from '../../core/experiments/line-ups.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { paperFigures, paperFor } from './paper.ts';

const recorded = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
const on = (source: RaceResult['config']['dataset']['source'], provenance: string) => ({
  dataset: { ...recorded.dataset, provenance },
  config: { ...recorded.config, dataset: { ...recorded.config.dataset, source } },
});

describe('the paper’s figures', () => {
  it('given CIFAR-10 or CIFAR-100, then the figures are for that dataset; given other data, then there are none', () => {
    expect(paperFor(recorded)?.data).toBe('CIFAR-10');
    expect(paperFor(on('cifar10', 'from Hugging Face'))?.data).toBe('CIFAR-10');
    expect(paperFor(on('archive', 'CIFAR-100 binary files (x.tar.gz)'))?.data).toBe('CIFAR-100');
    expect(paperFor(on('synthetic', 'CIFAR-10'))).toBeNull();
    expect(paperFor(on('archive', 'somebody’s own images'))).toBeNull();
  });

  it('given the paper’s line-up, then every method has a figure, and LBGAT only with beta 0', () => {
    const shown = LINE_UPS.paper
      .contestants()
      .map((c) => [c.label, paperFigures(paperFor(recorded), c)?.robust]);
    expect(Object.fromEntries(shown)).toMatchObject({ AT: 42.42, ARAT: 49.02, 'LBGAT, β 0': 48.85 });
    expect(shown.filter(([, robust]) => robust === undefined).map(([label]) => label)).toEqual(['LBGAT']);
  });

  it('given a contestant with a changed switch or another label, then its switches decide which figures it gets, not its label', () => {
    const of = (c: ReturnType<typeof contestant>) => paperFigures(paperFor(recorded), c)?.clean;
    expect(of({ ...contestant('arat'), label: 'mine' })).toBe(87.82);
    expect(of(contestant('arat', { invarianceWeight: 0 }))).toBeUndefined();
    expect(of({ ...contestant('arat', { splitBn: false }), label: 'ARAT' })).toBeUndefined();
  });
});
