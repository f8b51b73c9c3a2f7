import { MantineProvider } from '@mantine/core';
import { readFileSync } from 'node:fs';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { LINE_UPS } from '../../core/experiments/line-ups.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { PAPER_ATTACK, PAPER_NOTE, paperFigures, paperFor } from './paper.ts';
import { tableNote } from './ResultTable.tsx';
import { TradeOffPlane } from './TradeOffPlane.tsx';

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

  it('given that line-up with each method’s own recipe, then MART and LBGAT with the β of their codes have the figures', () => {
    const shown = LINE_UPS.paper
      .contestants(PRESETS.official.contestants[0].switches)
      .map((c) => [c.label, paperFigures(paperFor(recorded), c)?.clean]);
    expect(Object.fromEntries(shown)).toMatchObject({ 'MART, β 5': 82.15, 'LBGAT, β 0': 85, ARAT: 87.82 });
    expect(shown.filter(([, clean]) => clean === undefined)).toEqual([['LBGAT', undefined]]);
  });

  it('given a contestant with a changed switch or another label, then its switches decide which figures it gets, not its label', () => {
    const of = (c: ReturnType<typeof contestant>) => paperFigures(paperFor(recorded), c)?.clean;
    expect(of({ ...contestant('arat'), label: 'mine' })).toBe(87.82);
    expect(of(contestant('arat', { invarianceWeight: 0 }))).toBeUndefined();
    expect(of({ ...contestant('arat', { splitBn: false }), label: 'ARAT' })).toBeUndefined();
  });

  it('given a table with the paper’s figures, when copied, then the attack, and the sentence on the steps of the paper’s AutoAttack stand below it; given other data, then the attack alone', () => {
    const attack = `Robust: ${recorded.runs[0].final!.attack}.`;
    expect(tableNote(recorded)).toBe(
      `${attack} The paper’s figures are another experiment: CIFAR-10, ResNet-18, 50,000 images, 100 epochs. ${PAPER_ATTACK}`,
    );
    const other = { ...recorded, ...on('synthetic', 'made up') };
    expect(tableNote(other)).toBe(attack);
    expect(tableNote({ ...other, runs: [] })).toBeUndefined();
  });

  it('given the plane with the paper’s rings, then it says beside them what they are, and its export says it, too; without rings neither', () => {
    const draw = (paper: ReturnType<typeof paperFor>) =>
      renderToStaticMarkup(
        createElement(
          MantineProvider,
          null,
          createElement(TradeOffPlane, { view: recorded, paper: paper?.figures ?? [] }),
        ),
      );
    const drawn = draw(paperFor(recorded));
    expect(drawn).toContain(`data-figure-addition="${PAPER_NOTE}"`);
    expect(drawn).toMatch(/<details.*Dashed rings: the paper’s results/);
    expect(PAPER_NOTE).toContain(PAPER_ATTACK);
    expect(draw(null)).not.toMatch(/data-figure-addition|Dashed rings/);
  });
});
