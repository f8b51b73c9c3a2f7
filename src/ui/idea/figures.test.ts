import { MantineProvider } from '@mantine/core';
import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ALL_PARTS, COMBINATIONS, partsKey } from '../../core/experiments/parts.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { comparison } from './comparison.ts';
import { ARAT_KEY, recordedWithKey } from './idea-state.ts';
import { extentOf, scaleTo } from '../charts/extent.ts';
import { paperFor, type PaperFigures } from '../race/paper.ts';
import { Plane } from './Plane.tsx';
import { planeCaption, planeOf, spotOf } from './spots.ts';
import { KEYS, sampleIndex } from './testing/sample-index.ts';

const index = sampleIndex();
const recorded = (key: string) => recordedWithKey(index, key)!;
const NO_SPLIT = { ...ALL_PARTS, splitBn: false };

describe('the caption of the exported plane', () => {
  const caption = (seeds: readonly number[]) => planeCaption({ ...index, seeds: [...seeds] }, false);

  it('given the recorded combinations, then it names images, attack, seeds, data and commit of the recordings', () => {
    const { n } = index.contestants[0].runs[0].final!;
    expect(caption([0, 1, 2])).toMatch(new RegExp(`^n = ${n.toLocaleString('en')} test images; attack: PGD`));
    expect(caption([0, 1, 2])).toContain('; mean of 3 seeds, bars: ± one standard deviation; data: ');
    expect(caption([0])).toContain('; one seed; data: ');
    expect(caption([0])).toContain(index.dataset.provenance);
    expect(caption([0]).endsWith(`commit ${index.commit.slice(0, 13)}`)).toBe(true);
  });

  it('given the paper’s points drawn, then it says what they are, with the steps of the paper’s AutoAttack', () => {
    const drawn = (paper: readonly PaperFigures[]) =>
      renderToStaticMarkup(
        createElement(MantineProvider, null, createElement(Plane, { index, parts: ALL_PARTS, paper })),
      );
    const { figures } = paperFor({ dataset: index.dataset, config: PRESETS.standard })!;
    expect(drawn(figures)).toContain(`data-figure-caption="${planeCaption(index, true)}"`);
    expect(planeCaption(index, true)).toMatch(/commit abc\. Dashed rings: .* take 10 steps/);
    expect(drawn([])).not.toContain('torchattacks');
  });
});

describe('the plane', () => {
  it('given each of the 20 combinations, then the arrow ends at its own figures, and the axes’ points stay the same', () => {
    const places = COMBINATIONS.map((parts) => {
      const { arrowTo, all } = planeOf(index, parts);
      expect(all).toHaveLength(KEYS.length - 1);
      const spot = arrowTo ?? spotOf(recorded(ARAT_KEY))!;
      const k = KEYS.indexOf(partsKey(parts));
      expect(spot.clean).toBeCloseTo(100 * (0.5 + 0.01 * k + 0.004), 6);
      return spot.clean;
    });
    expect(new Set(places).size).toBe(20);
  });

  it('given ARAT, then there is no arrow and no point beside the four fixed ones; given the control, then an arrow to the fixed point', () => {
    const arat = planeOf(index, ALL_PARTS);
    expect([arat.current, arat.arrowTo, arat.fixed.length]).toEqual([null, null, 4]);
    const control = planeOf(index, { ...ALL_PARTS, term: false });
    expect(control.current).toBeNull();
    expect(control.arrowTo).toEqual(control.fixed[3]);
  });

  /** The index with the robust accuracies of one combination, by seed. */
  const withRobust = (key: string, robust: (seed: number) => number) => ({
    ...index,
    contestants: index.contestants.map((c) =>
      c.key === key
        ? {
            ...c,
            runs: c.runs.map((run) => ({
              ...run,
              final: { ...recorded(ARAT_KEY).runs[run.seed].final!, robust: robust(run.seed) },
            })),
          }
        : c,
    ),
  });
  const draw = (of: typeof index) =>
    renderToStaticMarkup(
      createElement(MantineProvider, null, createElement(Plane, { index: of, parts: NO_SPLIT, paper: [] })),
    );

  it('given a combination that is told from ARAT, then an arrow with a head leads to it; given one that is not, clean or robust, then a dashed line without a head, and the name of the plane says so', () => {
    const key = partsKey(NO_SPLIT);
    const lower = withRobust(key, (seed) => 0.2 + 0.001 * seed);
    const alike = withRobust(
      key,
      (seed) => recorded(ARAT_KEY).runs[seed].final!.robust + (seed % 2 ? 0.01 : -0.01),
    );
    expect([lower, alike].map((of) => planeOf(of, NO_SPLIT).differs)).toEqual([true, false]);
    expect(planeOf(lower, ALL_PARTS).differs).toBe(false);
    expect(draw(lower)).toMatch(/class="to-current" marker-end="url\(#plane-arrow\)"/);
    expect(draw(lower)).toContain('An arrow leads from ARAT to ARAT without split BN.');
    expect(draw(alike)).toMatch(/class="to-current undecided"\/?>/);
    expect(draw(alike)).toContain(
      'No difference is shown, clean or robust: a dashed line leads from ARAT to ARAT without split BN.',
    );
  });

  it('given an index without the combination, then there is no arrow', () => {
    const few = { ...index, contestants: index.contestants.filter((c) => c.key === ARAT_KEY) };
    expect(planeOf(few, NO_SPLIT)).toMatchObject({ current: null, arrowTo: null });
  });

  it('given any values in per cent, then the axis holds them, is cropped to them and has 2 to 6 ticks', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 }), (values) => {
        const { low, high, ticks } = extentOf(values);
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThanOrEqual(Math.max(...values));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect([ticks[0], ticks.at(-1)]).toEqual([low, high]);
      }),
    );
    expect(extentOf([41.2, 47.9])).toMatchObject({ low: 40, high: 50 });
    expect(scaleTo({ low: 40, high: 50 }, 0, 200)(45)).toBe(100);
  });
});

describe('the comparison with ARAT', () => {
  it('given a combination whose clean accuracy is higher with every seed, then the difference is stated with its interval; where it is 0, then none is', () => {
    const [clean, robust, cosine] = comparison(recorded(ARAT_KEY), recorded(partsKey(NO_SPLIT)));
    expect(clean).toEqual({
      name: 'clean %',
      arat: '53.4',
      current: '54.4',
      difference: '+1.0 (+1.0 to +1.0)',
    });
    expect(robust.difference).toBe('none (0.0 to 0.0)');
    expect(cosine.difference).toMatch(/^0\.00|none|−0\.00/);
  });

  it('given the control, whose loss has one term, then its cosine is a dash', () => {
    const rows = comparison(recorded(ARAT_KEY), recorded(partsKey({ ...ALL_PARTS, term: false })));
    expect(rows[2]).toMatchObject({ current: '–', difference: '–' });
  });
});
