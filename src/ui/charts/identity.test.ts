import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { LINE_UP_IDS, LINE_UPS } from '../../core/experiments/line-ups.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { METHOD_IDS, MOST_CONTESTANTS } from '../../core/settings/config.ts';
import { fuzz } from '../../core/testing/fuzz.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { decodeSnapshot } from '../../snapshot/decode.ts';
import { encodeBrief, encodeSnapshot } from '../../snapshot/encode.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { APART, TOGETHER } from '../why/strip-colour.ts';
import { overlayOf } from '../keep/overlay.ts';
import { parseRecord } from '../storage/record.ts';
import { stylesOf, withStyles, type Identity } from './identity.ts';
import { STYLES } from './styles.ts';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test.each([...STYLES])('given $colour, then it has 3:1 contrast in light and dark', ({ colour }) => {
  // The page's backgrounds: theme.ts for light, Mantine's for dark.
  expect(contrast(colour, '#fbfbfd')).toBeGreaterThanOrEqual(3);
  expect(contrast(colour, '#242424')).toBeGreaterThanOrEqual(3);
});

test('given all styles, then no two have the same colour, and no two the same marker, fill and dash', () => {
  const distinct = (of: (s: (typeof STYLES)[number]) => string) => new Set(STYLES.map(of)).size;
  expect(distinct((s) => s.colour)).toBe(STYLES.length);
  expect(distinct((s) => `${s.marker} ${s.hollow} ${s.dash}`)).toBe(STYLES.length);
});

test('given the colours of the layer strip, then no contestant has one of them', () => {
  const colours = STYLES.map((s) => s.colour.toLowerCase());
  for (const other of [APART, TOGETHER]) expect(colours).not.toContain(other);
});

test('given the styles that runs have been saved with, then they are what they were', () => {
  const text = STYLES.map((s) => `${s.colour} ${s.dash} ${s.marker} ${s.hollow}`).join('\n');
  expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe('8e1e2feb8b7e7e40');
});

describe('the styles of a run that was kept', () => {
  const race = sampleRace({ epochs: 1 });
  const styles = stylesOf(race.config.contestants);
  /** Three variants that would all have the same style if each was alone. */
  const alike = Array.from({ length: 40 }, (_, i) => contestant('mart', { beta: 10 + i / 4 }))
    .filter((c, _, [first]) => stylesOf([c])[0] === stylesOf([first])[0])
    .slice(0, 3);
  const crowded = {
    ...race,
    config: { ...race.config, contestants: alike },
    runs: race.runs.map((run, i) => ({ ...run, ...alike[i] })),
  };
  const byLabel = (runs: readonly (Identity & { label: string })[]) =>
    new Map(stylesOf(runs).map((style, i) => [runs[i].label, style]));
  const before = byLabel(crowded.runs);

  it('given a race, when it is saved as JSON or shared in a link and opened again, then every contestant has the style it had', async () => {
    const saved = parseRaceResult(JSON.parse(JSON.stringify(race)));
    const shared = await decodeSnapshot((await encodeSnapshot(race)).hash);
    for (const { config, runs } of [saved, shared]) {
      expect(stylesOf(config.contestants)).toEqual(styles);
      expect(stylesOf(runs)).toEqual(stylesOf(race.runs));
    }
  });

  it('given a race, when one contestant of it is shown alone or in another order, then a method with default switches keeps its style', () => {
    race.config.contestants.forEach((contestant, i) => {
      if (contestant.label !== contestant.method.toUpperCase()) return;
      expect(stylesOf([contestant])).toEqual([styles[i]]);
    });
    expect(stylesOf([...race.config.contestants].reverse())).toEqual([...styles].reverse());
  });

  it('given contestants that collide, when their race is listed in another order, then each has the style it had', () => {
    expect(new Set(before.values()).size).toBe(3);
    expect(byLabel([...crowded.runs].reverse())).toEqual(before);
  });

  it('given contestants that collide, when they are saved and one is opened alone or among others, then it has the style it had', async () => {
    const styled = withStyles(crowded);
    const { hash } = await encodeSnapshot(styled);
    const brief = await encodeBrief(styled, 40);
    const record = { id: '1', result: JSON.parse(JSON.stringify(styled)) as unknown };
    const opened = [
      parseRaceResult(JSON.parse(JSON.stringify(styled))),
      await decodeSnapshot(hash),
      await decodeSnapshot(brief.hash),
      (await parseRecord(record)).result,
    ];
    // Alone, each would have the style of the first.
    expect(crowded.runs.filter((run) => stylesOf([run])[0] === before.get(run.label))).toHaveLength(1);
    for (const { runs } of opened) {
      for (const run of runs) expect(stylesOf([run])).toEqual([before.get(run.label)]);
      const others = race.runs.filter((r) => r.method !== 'mart');
      const among = byLabel([...others, ...[...runs].reverse()]);
      for (const [label, style] of before) expect(among.get(label)).toEqual(style);
    }
  });

  it('given two saved races, one of which lacks a contestant, when they are compared, then each contestant has its colour', () => {
    const styled = withStyles(crowded);
    const smaller = { ...styled, runs: styled.runs.slice(1) };
    const overlay = overlayOf([
      { id: '1', name: 'all', result: styled },
      { id: '2', name: 'two', result: smaller },
    ]);
    for (const [label, { colour }] of before)
      for (const letter of label === alike[0].label ? ['A'] : ['A', 'B'])
        expect(overlay.styles[`${letter}: ${label}`].colour).toBe(colour);
  });

  it('given a race without styles, when they are added twice, then unchanged runs stay the same objects', () => {
    const [first, again] = [withStyles(race), withStyles({ ...race })];
    expect(again.runs.every((run, i) => run === first.runs[i])).toBe(true);
    expect(withStyles(first)).toBe(first);
  });

  it('given a style that this version does not have, or one that two contestants claim, then other styles are used', () => {
    const unknown = crowded.runs.map((run) => ({ ...run, style: STYLES.length }));
    expect(byLabel(unknown)).toEqual(before);
    const claimed = crowded.runs.map((run) => ({ ...run, style: 3 }));
    expect(new Set(stylesOf(claimed)).size).toBe(3);
  });
});

fuzz(
  'given a run whose style is anything, when read, then it is refused or the style is a small whole number, and all colours differ',
  fc.array(fc.oneof(fc.integer(), fc.nat(40), fc.jsonValue()), { minLength: 3, maxLength: 3 }),
  (given) => {
    const race = sampleRace({ epochs: 1 });
    let read;
    try {
      read = parseRaceResult({ ...race, runs: race.runs.map((run, i) => ({ ...run, style: given[i] })) });
    } catch (error) {
      if (error instanceof Error && error.message.includes('style')) return 'refused';
      throw error;
    }
    const kept = read.runs.map(({ style }) => style);
    if (JSON.stringify(kept) !== JSON.stringify(given)) throw new Error('A style was changed.');
    const colours = stylesOf(read.runs).map(({ colour }) => colour);
    if (new Set(colours).size < 3) throw new Error('Two contestants have the same colour.');
    return 'read';
  },
  { short: 200, reaches: ['refused', 'read'] },
);

describe('stylesOf', () => {
  // These two line-ups have more contestants than there are colours to keep for them.
  const lineUps = LINE_UP_IDS.filter((id) => id !== 'factorial' && id !== 'lambda').map((id) =>
    LINE_UPS[id].contestants(),
  );
  const text = ({ method, switches }: Identity) => JSON.stringify([method, switches]);

  it('given the ready line-ups, then a contestant has the same colour in each, and no two contestants have the same colour', () => {
    const looks = new Map<string, string>();
    for (const contestants of lineUps)
      stylesOf(contestants).forEach((style, i) => {
        const key = text(contestants[i]);
        expect(looks.get(key) ?? style.colour).toBe(style.colour);
        looks.set(key, style.colour);
      });
    expect(new Set(looks.values()).size).toBe(looks.size);
  });

  it.each(METHOD_IDS)('given %s, then its style is reserved: no variant shares it in any race', (method) => {
    const [alone] = stylesOf([contestant(method)]);
    const variants = [0, 1, 2, 3, 5, 7].map((beta) => contestant('mart', { beta }));
    expect(stylesOf([...variants, contestant(method)]).at(-1)).toEqual(alone);
  });

  it('given ARAT in the official preset, then it has the same style as in the demo', () => {
    const arat = (preset: 'demo' | 'official') => {
      const { contestants } = PRESETS[preset];
      return stylesOf(contestants)[contestants.findIndex((c) => c.method === 'arat')];
    };
    expect(arat('official')).toEqual(arat('demo'));
  });

  it('given changed switches that the method does not read, then its style stays the same', () => {
    const [at] = stylesOf([contestant('at')]);
    expect(stylesOf([contestant('at', { beta: 1, metric: 'mse' })])).toEqual([at]);
  });

  it('given any race in any order, then all colours differ, and a method with default switches has the style that it has alone', () => {
    const any = fc
      .record({
        method: fc.constantFrom(...METHOD_IDS),
        invarianceWeight: fc.constantFrom(0, 1, 4, 30),
        beta: fc.constantFrom(0, 6, 9),
        splitBn: fc.boolean(),
        metric: fc.constantFrom('cosine' as const, 'mse' as const),
      })
      .map(({ method, ...changes }) => contestant(method, changes));
    fc.assert(
      fc.property(fc.array(any, { maxLength: MOST_CONTESTANTS }), (race) => {
        const styles = stylesOf(race);
        expect(new Set(styles.map((s) => s.colour)).size).toBe(race.length);
        race.forEach((c, i) => {
          const plain =
            race.findIndex((other) => other.label === c.label) === i &&
            c.label === contestant(c.method).label;
          if (plain) expect(styles[i]).toEqual(stylesOf([c])[0]);
        });
      }),
    );
  });
});
