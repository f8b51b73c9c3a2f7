import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CIFAR100_CLASSES } from '../core/data/class-names.ts';
import { bestPoint } from '../core/result/best-epoch.ts';
import { meanConflict } from '../core/result/conflict-mean.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import type { RaceResult, RunResult } from '../core/result/results.ts';
import { oneValueReplaced } from '../core/testing/value-replaced.ts';
import { deflate, toBase64Url } from './bytes.ts';
import { DETAILS, spread, toCompact } from './compact.ts';
import { decodeSnapshot } from './decode.ts';
import { encodeSnapshot } from './encode.ts';
import { HASH_PREFIX, SNAPSHOT_VERSION, SnapshotError } from './limits.ts';
import { SCALE, type Compact } from './schema.ts';
import { seal } from './seal.ts';
import { sampleRace, type SampleOptions } from './testing/sample-race.ts';

/** A link with any JSON as its content, and the right checksum if that is an object. */
const hashOf = async (json: string) =>
  HASH_PREFIX + toBase64Url(await deflate(/^\{"/.test(json) ? seal(json) : new TextEncoder().encode(json)));
const compact = (race: RaceResult = sampleRace({ epochs: 2 })) =>
  toCompact(race, DETAILS[DETAILS.length - 1]);
/** A link with the right checksum of a compact form changed in a way that the encoder would not. */
const forged = (change: (c: Record<string, unknown>) => void) => {
  const c = structuredClone(compact()) as unknown as Record<string, unknown>;
  change(c);
  return hashOf(JSON.stringify(c));
};
const rejection = async (hash: string) => {
  const error: unknown = await decodeSnapshot(hash).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(SnapshotError);
  return (error as SnapshotError).message;
};

describe('length of a link', () => {
  it.each([
    { name: 'three methods on the demo network', options: { methods: 3, epochs: 20 }, longest: 4000 },
    {
      name: 'three methods on ResNet-18',
      options: { methods: 3, epochs: 20, blocks: [2, 2, 2, 2], stepsPerEpoch: 391 },
      longest: 4000,
    },
    { name: 'five contestants', options: { methods: 5, epochs: 20 }, longest: 6000 },
  ] satisfies { name: string; options: SampleOptions; longest: number }[])(
    'given twenty epochs of $name, when encoded, then the link has at most $longest characters',
    async ({ options, longest }) => {
      const { hash, detail } = await encodeSnapshot(sampleRace(options));
      expect(hash.length).toBeLessThanOrEqual(longest);
      // Every point of twenty epochs is in the link.
      expect(detail.epochs).toBeGreaterThan(20);
      expect(detail.conflict).toBeGreaterThanOrEqual(16);
    },
  );

  it('given a thousand epochs of five contestants, when encoded, then the link has at most 64 KiB and opens', async () => {
    const { hash } = await encodeSnapshot(sampleRace({ methods: 5, epochs: 1000, stepsPerEpoch: 5 }));
    expect(hash.length).toBeLessThanOrEqual(64 * 1024);
    expect((await decodeSnapshot(hash)).runs).toHaveLength(5);
  });

  it('given three methods over three seeds, when encoded, then the link is no longer than one of nine contestants', async () => {
    const { hash, detail } = await encodeSnapshot(sampleRace({ methods: 3, epochs: 20, repeats: 3 }));
    expect(hash.length).toBeLessThanOrEqual(10_000);
    expect(detail.epochs).toBeGreaterThan(20);
  });

  it('given five contestants over ten seeds, when encoded, then the link has at most 64 KiB and every seed', async () => {
    const { hash } = await encodeSnapshot(
      sampleRace({ methods: 5, epochs: 100, repeats: 10, blocks: [2, 2, 2, 2] }),
    );
    expect(hash.length).toBeLessThanOrEqual(64 * 1024);
    const { runs } = await decodeSnapshot(hash);
    expect(runs).toHaveLength(50);
    expect(new Set(runs.map((r) => r.seed)).size).toBe(10);
  });

  it('given a race on all hundred classes of CIFAR-100, when encoded, then the link is short and has every class and its name', async () => {
    const race = sampleRace({ methods: 3, epochs: 20 });
    const classes = CIFAR100_CLASSES.map((_, i) => i);
    const dataset = { source: 'archive' as const, classes, trainSize: 50_000, testSize: 10_000 };
    const hundred: RaceResult = {
      ...race,
      config: { ...race.config, dataset },
      dataset: { provenance: 'CIFAR-100 binary files: train.bin', classNames: CIFAR100_CLASSES },
    };
    const { hash } = await encodeSnapshot(hundred);
    expect(hash.length).toBeLessThanOrEqual(6000);
    const back = await decodeSnapshot(hash);
    expect(back.config.dataset).toEqual(dataset);
    expect(back.dataset).toEqual(hundred.dataset);
  });
});

describe('round trip', () => {
  const options = fc.record({
    methods: fc.integer({ min: 1, max: 5 }),
    epochs: fc.integer({ min: 1, max: 30 }),
    stepsPerEpoch: fc.integer({ min: 1, max: 400 }),
    conflictEvery: fc.integer({ min: 1, max: 50 }),
    seed: fc.integer(),
    repeats: fc.integer({ min: 1, max: 4 }),
  });

  it('given any race, when encoded and decoded, then configuration, labels and table are the same, and curves differ by rounding only', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (o) => {
        const race = sampleRace(o);
        const { hash, detail } = await encodeSnapshot(race);
        const back = await decodeSnapshot(hash);
        expect(back.config).toEqual(race.config);
        expect({ ...back, runs: [] }).toEqual({ ...race, runs: [] });
        const identity = (r: RunResult) => [r.label, r.seed, r.method, r.switches, r.final];
        expect(back.runs.map(identity)).toEqual(race.runs.map(identity));
        expect(back.runs.some((r) => 'seed' in r)).toBe(o.repeats > 1);
        race.runs.forEach((run, i) => {
          for (const point of back.runs[i].curves) {
            const original = run.curves.find((p) => p.epoch === point.epoch);
            expect(original?.step).toBe(point.step);
            expect(Math.abs(original!.clean - point.clean)).toBeLessThanOrEqual(0.5 / SCALE.accuracy + 1e-12);
            expect(Math.abs(original!.robust - point.robust)).toBeLessThanOrEqual(
              0.5 / SCALE.accuracy + 1e-12,
            );
            if (original?.loss !== undefined) expect(point.loss).toBeCloseTo(original.loss, 2);
          }
          for (const point of back.runs[i].gradientConflict) {
            const original = run.gradientConflict.find((p) => p.step === point.step)!;
            expect(Math.abs(original.cosine - point.cosine)).toBeLessThanOrEqual(
              0.5 / SCALE.conflict + 1e-12,
            );
            expect(Math.abs(original.ratio - point.ratio)).toBeLessThanOrEqual(0.5 / SCALE.conflict + 1e-12);
            expect(Object.keys(point.perLayer)).toEqual(Object.keys(original.perLayer));
          }
          // Earlier epochs have the mean distance over layers, the last epoch every layer.
          const bn = back.runs[i].bn;
          const drawn = spread(run.bn.length - 1, detail.epochs).map((k) => run.bn[k].epoch);
          expect(bn.map((p) => p.epoch)).toEqual([...drawn, run.bn.at(-1)!.epoch]);
          bn.forEach((p) => {
            const original = run.bn.find((q) => q.epoch === p.epoch)!;
            const mean = (layers: typeof p.layers) =>
              (['throughClean', 'throughAdv', 'runningDistance'] as const).map(
                (of) => layers.reduce((sum, l) => sum + l[of]!, 0) / layers.length,
              );
            mean(original.layers).forEach((x, k) => expect(mean(p.layers)[k]).toBeCloseTo(x, 2));
          });
          expect(bn.at(-1)?.layers[0].affineDistance).toBeCloseTo(
            run.bn.at(-1)!.layers[0].affineDistance!,
            2,
          );
          expect(bn.at(-1)?.layers.map((l) => l.name)).toEqual(run.bn.at(-1)?.layers.map((l) => l.name));
        });
      }),
      { numRuns: 25 },
    );
  });

  it('given a conflict series with more points than a link holds, when decoded, then its means are those of all points', async () => {
    const race = sampleRace({ methods: 3, epochs: 20 });
    for (const detail of [DETAILS[0], DETAILS.at(-1)!]) {
      const hash = await hashOf(JSON.stringify(toCompact(race, detail)));
      const there = await decodeSnapshot(hash);
      there.runs.forEach((run, i) => {
        const whole = meanConflict(race.runs[i]);
        const mean = meanConflict(run);
        expect(mean === null).toBe(whole === null);
        expect(mean?.cosine.toFixed(3)).toBe(whole?.cosine.toFixed(3));
        expect(mean?.ratio.toFixed(4)).toBe(whole?.ratio.toFixed(4));
      });
      // The thinned series has other means.
      if (detail === DETAILS.at(-1)) {
        const thinned = there.runs.map((run) => meanConflict({ ...run, conflictMean: undefined })?.cosine);
        expect(thinned).not.toEqual(race.runs.map((run) => meanConflict(run)?.cosine));
      }
    }
  });

  it('given curves with more points than a link holds, when decoded, then the first, the last and the best are kept, and epochs ascend', async () => {
    const race = sampleRace({ methods: 3, epochs: 300 });
    const { hash, detail } = await encodeSnapshot(race);
    const curve = (await decodeSnapshot(hash)).runs[0].curves;
    const best = bestPoint(race.runs[0].curves)!.epoch;
    const kept = new Set([...spread(301, detail.epochs), best]);
    expect(curve.map((p) => p.epoch)).toEqual([...kept].sort((a, b) => a - b));
    expect([curve[0].epoch, curve.at(-1)?.epoch]).toEqual([0, 300]);
    expect(curve.every((p, i) => i === 0 || p.epoch > curve[i - 1].epoch)).toBe(true);
  });

  it('given a stopped race without a final table, when decoded, then it has none', async () => {
    const race = sampleRace({ epochs: 1 });
    const stopped: RaceResult = {
      ...race,
      status: 'stopped',
      runs: race.runs.map((r) => ({ ...r, final: null, curves: [], bn: [] })),
    };
    const back = await decodeSnapshot((await encodeSnapshot(stopped)).hash);
    expect(back.status).toBe('stopped');
    expect(back.runs.every((r) => r.final === null && r.curves.length === 0)).toBe(true);
  });

  it('given a diverged run, when encoded, then its NaN losses are left out and its accuracies kept', async () => {
    const race = sampleRace({ methods: 1, epochs: 2 });
    const run = race.runs[0];
    const diverged = { ...race, runs: [{ ...run, curves: run.curves.map((p) => ({ ...p, loss: NaN })) }] };
    const back = await decodeSnapshot((await encodeSnapshot(diverged)).hash);
    expect(back.runs[0].curves.map((p) => p.loss)).toEqual([undefined, undefined, undefined]);
    expect(back.runs[0].curves.map((p) => p.step)).toEqual(run.curves.map((p) => p.step));
  });

  it('given a run that failed, when encoded, then its reason is in the link at every level of detail, and other runs have none', async () => {
    const race = sampleRace({ epochs: 2 });
    const failure = 'TRADES diverged: its loss is not a finite number at step 7. Lower the learning rate.';
    const runs = race.runs.map((r) => (r.label === 'TRADES' ? { ...r, final: null, failure } : r));
    const back = await decodeSnapshot((await encodeSnapshot({ ...race, runs })).hash);
    const [at, trades, arat] = back.runs;
    expect([trades.failure, trades.final]).toEqual([failure, null]);
    expect(['failure' in at, 'failure' in arat]).toEqual([false, false]);
    for (const detail of DETAILS)
      expect(toCompact({ ...race, runs }, detail).runs.map((r) => r.x)).toEqual([
        undefined,
        failure,
        undefined,
      ]);
  });

  it('given markup, an address and hidden characters in texts, when encoded, then none of them is in the link', async () => {
    const race = { ...sampleRace({ epochs: 1 }), device: '<img src=x> https://example.org \u202egnp.exe' };
    const back = await decodeSnapshot((await encodeSnapshot(race)).hash);
    expect(back.device).not.toMatch(/<img|:\/\/|\u202e/);
    expect(back.device).toContain('example.org');
  });

  it('given a decoded snapshot, when validated as a stored result, then it passes unchanged', async () => {
    const back = await decodeSnapshot((await encodeSnapshot(sampleRace())).hash);
    expect(parseRaceResult(structuredClone(back))).toEqual(back);
  });
});

describe('bad input', () => {
  it('given any string after the prefix, when decoded, then it is refused with a message', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })),
        async (text) => {
          expect(await rejection(HASH_PREFIX + text)).toMatch(/^The link /);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('given any bytes, deflated or not, when decoded, then they are refused with a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), async (raw, pack) => {
        const data = Uint8Array.from(raw);
        expect(await rejection(HASH_PREFIX + toBase64Url(pack ? await deflate(data) : data))).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('given any JSON value, when decoded, then it is refused with a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await rejection(await hashOf(JSON.stringify(value)))).not.toBe('');
      }),
      { numRuns: 200 },
    );
  });

  it('given a valid link with characters changed or cut, when decoded, then it opens as a valid result or is refused with a message', async () => {
    const { hash } = await encodeSnapshot(sampleRace({ epochs: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: hash.length - 4 }),
        fc.constantFrom('A', 'z', '-', '_', '0', ''),
        fc.boolean(),
        async (at, character, cut) => {
          const i = at + 3;
          const changed = cut ? hash.slice(0, i) : hash.slice(0, i) + character + hash.slice(i + 1);
          const outcome: unknown = await decodeSnapshot(changed).catch((e: unknown) => e);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SnapshotError);
          else expect(() => parseRaceResult(outcome)).not.toThrow();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('given one value of a valid snapshot replaced by anything, when decoded, then it opens as a valid result or is refused with a message', async () => {
    await fc.assert(
      fc.asyncProperty(oneValueReplaced(compact()), async (changed) => {
        const outcome: unknown = await decodeSnapshot(await hashOf(JSON.stringify(changed))).catch(
          (e: unknown) => e,
        );
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SnapshotError);
        else expect(() => parseRaceResult(outcome)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('given a deflate bomb of 32 MiB, when decoded, then inflation stops at the cap with a message', async () => {
    const bomb = await deflate(new Uint8Array(32 * 1024 * 1024));
    expect(toBase64Url(bomb).length).toBeLessThan(64 * 1024);
    expect(await rejection(HASH_PREFIX + toBase64Url(bomb))).toMatch(/more than 1 MiB/);
  });

  it('given very deep nesting, when decoded, then it is refused', async () => {
    expect(await rejection(await hashOf('['.repeat(400_000) + ']'.repeat(400_000)))).toMatch(/version|nests/);
    expect(
      await rejection(await forged((c) => (c.cfg = JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500))))),
    ).toMatch(/deeper/);
  });

  it('given text over 64 KiB, when decoded, then it is refused before it is unpacked', async () => {
    expect(await rejection(HASH_PREFIX + 'A'.repeat(64 * 1024 + 1))).toMatch(/longer than 64 KiB/);
  });

  it('given a newer format, when decoded, then the message says so', async () => {
    expect(await rejection(await forged((c) => (c.v = SNAPSHOT_VERSION + 1)))).toMatch(/newer version/);
  });

  it('given no version or version 0, when decoded, then the message says that there is no format version', async () => {
    expect(await rejection(await forged((c) => delete c.v))).toMatch(/no format version/);
    expect(await rejection(await forged((c) => (c.v = 0)))).toMatch(/no format version/);
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'given the key %s at any depth, when decoded, then it is refused and no prototype changes',
    async (key) => {
      const json = JSON.stringify(compact());
      const top = json.replace('{', `{"${key}":{"polluted":1},`);
      const deep = json.replace('"dataset":{', `"dataset":{"${key}":{"polluted":1},`);
      expect(await rejection(await hashOf(top))).toMatch(/forbidden key/);
      expect(await rejection(await hashOf(deep))).toMatch(/forbidden key/);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it.each([
    ['an address', (c: Record<string, unknown>) => (c.dev = 'see https://example.org'), /address/],
    ['markup', (c: Record<string, unknown>) => (c.prov = '<script>alert(1)</script>'), /markup/],
    [
      'a width out of range',
      (c: Record<string, unknown>) => ((c.cfg as { network: { width: number } }).network.width = 1e6),
      /network\.width/,
    ],
    ['an unknown status', (c: Record<string, unknown>) => (c.st = 'perfect'), /status/],
    [
      'a contestant that is not there',
      (c: Record<string, unknown>) => ((c as unknown as Compact).runs[0].w = 7),
      /contestant/,
    ],
    [
      'a seed that is none',
      (c: Record<string, unknown>) => ((c as unknown as Compact).runs[0].sd = -1),
      /runs\.0\.sd/,
    ],
    [
      'a hundred times more seeds than a race may have',
      (c: Record<string, unknown>) => {
        const { runs } = c as unknown as Compact;
        c.runs = Array.from({ length: 1000 }, (_, i) => ({ ...runs[0], sd: i }));
      },
      /runs/,
    ],
    [
      'an accuracy above 1',
      (c: Record<string, unknown>) => ((c as unknown as Compact).runs[0].c[0] = 20_000),
      /runs\.0\.curves\.0\.clean/,
    ],
    [
      'columns of unequal length',
      (c: Record<string, unknown>) => (c as unknown as Compact).runs[0].c.pop(),
      /differ in length/,
    ],
    [
      'the same contestant twice',
      (c: Record<string, unknown>) => ((c as unknown as Compact).runs[1].w = 0),
      /labels must differ/,
    ],
  ])('given %s, when decoded, then the message says so', async (_, change, message) => {
    expect(await rejection(await forged(change))).toMatch(message);
  });

  it('given a number too large for a double, when decoded, then it is refused', async () => {
    const json = JSON.stringify(compact()).replace(/"d":[\d.]+/, '"d":1e999');
    expect(await rejection(await hashOf(json))).toMatch(/not finite/);
  });
});
