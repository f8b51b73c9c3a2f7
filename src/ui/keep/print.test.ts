import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { recentByLayer } from '../why/LayerStrip.tsx';
import { APART, cosineColour, TOGETHER } from '../why/strip-colour.ts';
import { linesOf } from './chart-image.ts';
import { figureCaption } from './figure-caption.ts';
import { withDensity } from './png-density.ts';

const race = sampleRace({ epochs: 2 });

describe('figures for print', () => {
  it('given a PNG, when a density is written into it, then it decodes to the same pixels with that resolution', () => {
    const data = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => 11 * i);
    const png = withDensity(encode({ width: 2, height: 3, data, channels: 3 }), 300);
    const read = decode(png, { checkCrc: true });
    expect([...read.data]).toEqual([...data]);
    expect(read.resolution).toEqual({ x: 11811, y: 11811, unit: 1 });
  });

  it('given something else than a PNG, when a density is written, then it is refused', () => {
    expect(() => withDensity(new Uint8Array(100), 300)).toThrow(/PNG/);
  });

  it('given a result, when a figure is captioned, then n, seeds, attack, data and commit are named', () => {
    const caption = figureCaption({ ...race, commit: '0123456789abcdef' }, null);
    const { n, attack } = race.runs[0].final!;
    expect(caption).toContain(`n = ${n.toLocaleString('en')} test images`);
    expect(caption).toContain(`seed ${race.config.seed}; bands and bars: 95 % interval (Wilson)`);
    const five = { ...race, config: { ...race.config, repeats: 5 } };
    expect(figureCaption(five, null)).toMatch(/; mean of 5 seeds; bands and bars: ± one standard deviation/);
    expect(caption).toContain(attack.slice(0, 6));
    expect(caption).toContain(race.dataset.provenance);
    expect(caption).toContain('commit 0123456789abc');
  });

  it('given a figure with its own n and attack, when captioned, then those of the race are left out', () => {
    const caption = figureCaption(race, 'n = 7 test images; attack: PGD-20');
    expect(caption.startsWith('n = 7 test images; attack: PGD-20; data: ')).toBe(true);
    expect(caption).not.toContain('in estimates');
  });

  it('given a long caption, when broken into lines, then no word is lost', () => {
    const text =
      'n = 800 test images; seed 0; attack: PGD-20, L-inf, eps 8/255; data: four classes of CIFAR-10';
    const lines = linesOf(text, 150, 8);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(text);
  });

  it('given cosines, when coloured on white, then 0 is white and the signs have the colours of the page', () => {
    expect(cosineColour(0)).toBe('#ffffff');
    expect(cosineColour(1)).not.toBe(cosineColour(-1));
    expect([TOGETHER, APART]).not.toContain(cosineColour(1));
  });
});

describe('the strip of cosines by layer', () => {
  const point = (step: number, perLayer: Record<string, number>) => ({ step, cosine: 0, ratio: 0, perLayer });

  it('given points without a layer, when averaged, then the mean is over the points that have it', () => {
    const gradientConflict = [point(0, { a: 0.4, b: 0.2 }), point(1, {}), point(2, { a: 0.6 })];
    const run = { ...race.runs[0], gradientConflict };
    expect(recentByLayer({ runs: [run] })).toEqual([
      ['a', 0.5],
      ['b', 0.2],
    ]);
  });

  it('given a run of two seeds, one without layers, when averaged, then it does not lower the mean', () => {
    const runs = [
      { ...race.runs[0], gradientConflict: [point(0, { a: 0.5 })] },
      { ...race.runs[0], gradientConflict: [point(0, {})] },
    ];
    expect(recentByLayer({ runs })).toEqual([['a', 0.5]]);
  });
});
