import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../settings/config.ts';
import { LeftOut } from '../settings/known.ts';
import { parseRaceResult, parseRaceResultInParts } from './results-schema.ts';

type Loose = Record<string, unknown> & {
  config: Record<string, unknown> & { contestants: Loose[]; dataset: Record<string, unknown> };
  runs: Loose[];
  switches: Record<string, unknown>;
};
const text = readFileSync('src/core/testing/older-result.json', 'utf8');
const recorded = parseRaceResult(JSON.parse(text));
/** A copy of the recorded result, changed as a newer version might have written it. */
const newer = (change: (race: Loose) => void): unknown => {
  const race = structuredClone(recorded) as unknown as Loose;
  change(race);
  return race;
};
/** Reads `input` at once and in parts, and checks that result and list of what was left out are equal. */
const both = async (input: unknown) => {
  const atOnce = new LeftOut();
  const inParts = new LeftOut();
  const result = parseRaceResult(input, atOnce);
  expect(await parseRaceResultInParts(input, async () => {}, inParts)).toEqual(result);
  expect(inParts.lines).toEqual(atOnce.lines);
  return { result, lines: atOnce.lines };
};
const [first, second] = recorded.config.contestants;

describe('a result written by a newer version', () => {
  it.each([
    {
      what: 'a switch',
      change: (r: Loose) => {
        for (const c of [...r.config.contestants, ...r.runs])
          if (c.label === first.label) c.switches.gate = 'soft';
      },
      lines: [`switch “gate” of ${first.label}`],
    },
    {
      what: 'settings',
      change: (r: Loose) => {
        r.config.dataset.shift = 2;
        r.config.warmUp = 1;
      },
      lines: ['setting “dataset.shift”', 'setting “warmUp”'],
    },
    {
      what: 'fields of every point',
      change: (r: Loose) => {
        for (const run of r.runs) for (const p of run.curves as Loose[]) p.noise = 1;
      },
      lines: ['field “curves.noise”'],
    },
    {
      what: 'names that cannot be shown',
      change: (r: Loose) => {
        r['\u202eevil <b>'] = 1;
        r['x'.repeat(500)] = 1;
      },
      lines: ['a field whose name cannot be shown'],
    },
  ])(
    'given $what that this version does not know, when read, then every figure is kept and each unknown field is listed once',
    async ({ change, lines }) => {
      const read = await both(newer(change));
      expect(read.result).toEqual(recorded);
      expect(read.lines).toEqual(lines);
    },
  );

  it.each([
    ['method', (c: Loose) => (c.method = 'arat3'), `${first.label}, whose method is “arat3”`],
    ['metric', (c: Loose) => (c.switches.metric = 'huber'), `${first.label}, whose metric is “huber”`],
  ])(
    'given a contestant with an unknown %s, when read, then it is left out and listed, and the others are kept',
    async (_, change, line) => {
      const { result, lines } = await both(
        newer((r) => {
          for (const c of [...r.config.contestants, ...r.runs]) if (c.label === first.label) change(c);
        }),
      );
      expect(lines).toEqual([line]);
      expect(result.config.contestants).toEqual(recorded.config.contestants.slice(1));
      expect(result.runs).toEqual(recorded.runs.filter((r) => r.label !== first.label));
      expect(result.runs.map((r) => r.label)).toContain(second.label);
    },
  );

  it('given a result with unknown methods only, when read, then it is refused with their names', () => {
    const input = newer((r) => {
      for (const c of [...r.config.contestants, ...r.runs]) c.method = 'later';
    });
    expect(() => parseRaceResult(input)).toThrow(/whose method is “later”.*reload/);
  });

  it.each([
    ['a value out of range', (r: Loose) => (r.config.contestants[0].switches.beta = -1), /beta/],
    ['a method that is no name', (r: Loose) => (r.config.contestants[0].method = '<b>'), /method/],
    ['a missing switch', (r: Loose) => delete r.config.contestants[0].switches.metric, /metric/],
    ['a contestant that is null', (r: Loose) => (r.config.contestants[0] = null as never), /contestants/],
    ['a run that is null', (r: Loose) => (r.runs[0] = null as never), /runs/],
  ])('given %s, when read, then the result is refused, not read in part', async (_, change, message) => {
    expect(() => parseRaceResult(newer(change))).toThrow(message);
    await expect(parseRaceResultInParts(newer(change), async () => {})).rejects.toThrow(message);
  });

  it('given 40 unknown fields, when read, then the list has twelve of them and the number of the others', () => {
    const input = newer((r) => Array.from({ length: 40 }, (_, i) => (r[`later${i}`] = i)));
    const leftOut = new LeftOut();
    parseRaceResult(input, leftOut);
    expect(leftOut.lines).toHaveLength(13);
    expect(leftOut.lines.at(-1)).toBe('28 more');
  });

  it('given a file with the key __proto__, when read, then the key is left out and no prototype changes', () => {
    const input: unknown = JSON.parse(text.replace('{', '{"__proto__":{"polluted":1},'));
    expect(Object.hasOwn(input as object, '__proto__')).toBe(true);
    const result = parseRaceResult(input);
    expect((result as unknown as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

it('given settings with a misspelt switch, when parsed, then they are refused', () => {
  const config = structuredClone(recorded.config) as unknown as Loose['config'];
  config.contestants[0].switches.spiltBn = true;
  expect(() => parseConfig(config)).toThrow(/spiltBn/);
});
