import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { meanConflict } from '../core/result/conflict-mean.ts';
import { accuraciesOf } from '../core/result/accuracies.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import type { RaceResult } from '../core/result/results.ts';
import { packBits, verdictsOf } from '../core/result/verdicts.ts';
import { withStyles } from '../ui/charts/identity.ts';
import { decodeSnapshot } from './decode.ts';
import { encodeBrief, encodeSnapshot } from './encode.ts';
import { MAX_TEXT, SHORT_LINK, SnapshotError } from './limits.ts';
import { sampleRace } from './testing/sample-race.ts';

/** Characters of an address on a page host, longer than most. */
const ADDRESS = 'https://someone.github.io/arat-playground/'.length;
const recorded = (file: string): RaceResult => parseRaceResult(JSON.parse(readFileSync(file, 'utf8')));
const RECORDED = readdirSync('public/recorded').filter((f) => f.endsWith('.json') && f !== 'index.json');
const table = (race: RaceResult) =>
  race.runs.map((r) => [r.label, r.final?.clean.toFixed(4), r.final?.robust.toFixed(4), r.final?.attack]);

/** `race` with verdicts on `n` test images that agree with its final accuracies. */
function withVerdicts(race: RaceResult, n: number): RaceResult {
  const runs = race.runs.map((run) => {
    const right = (k: number) => Array.from({ length: n }, (_, i) => ((i * 7) % n < k ? 1 : 0));
    const [clean, robust] = [Math.floor(0.7 * n), Math.floor(0.4 * n)];
    const verdicts = {
      images: 'digest',
      clean: packBits(right(clean)),
      robust: packBits(right(robust)),
    };
    return {
      ...run,
      final: run.final && { ...run.final, n, clean: clean / n, robust: robust / n, verdicts },
    };
  });
  return { ...race, runs };
}

describe('a short link', () => {
  it('given the default race, when shared in brief, then the link has fewer than 2,000 characters and the same table', async () => {
    const race = recorded('src/core/testing/older-result.json');
    const { hash, detail } = await encodeBrief(race, ADDRESS);
    expect(ADDRESS + hash.length).toBeLessThan(SHORT_LINK);
    expect(detail.epochs).toBe(20);
    const back = await decodeSnapshot(hash);
    expect(table(back)).toEqual(table(race));
    expect(back.config).toEqual(race.config);
    for (const [i, run] of race.runs.entries()) {
      expect(back.runs[i].curves.map((p) => p.epoch)).toEqual(run.curves.map((p) => p.epoch));
      const mean = meanConflict(run);
      expect(meanConflict(back.runs[i])?.cosine.toFixed(3)).toBe(mean?.cosine.toFixed(3));
      expect(back.runs[i].bn).toEqual([]);
    }
  });

  it('given a race of more epochs than fit, when shared in brief, then its curves have at most 20 points and the best one', async () => {
    const race = sampleRace({ methods: 2, epochs: 100 });
    const back = await decodeSnapshot((await encodeBrief(race, ADDRESS)).hash);
    for (const run of back.runs) expect(run.curves.length).toBeLessThanOrEqual(21);
  });

  it.each(RECORDED)(
    'given the recorded run %s, when shared in brief, then the link has fewer than 2,000 characters, the same table, settings and styles, and a point for every chart of accuracies',
    async (file) => {
      const race = withStyles(recorded(`public/recorded/${file}`));
      const { hash, detail } = await encodeBrief(race, ADDRESS);
      expect(ADDRESS + hash.length).toBeLessThan(SHORT_LINK);
      const back = await decodeSnapshot(hash);
      expect(table(back)).toEqual(table(race));
      expect(back.config).toEqual(race.config);
      for (const [i, run] of back.runs.entries()) {
        expect(run.style).toBe(race.runs[i].style);
        expect(run.seconds > 0).toBe(detail.times);
        const { clean, robust } = accuraciesOf(run, race.config).at(-1)!;
        const final = race.runs[i].final!;
        expect([clean, robust]).toEqual(
          [final.clean, final.robust].map((x) => expect.closeTo(x, 5) as number),
        );
      }
    },
  );

  it('given a race that is too large, when shared in brief, then a sentence asks for a full link', async () => {
    const error: unknown = await encodeBrief(sampleRace({ methods: 5, repeats: 20 }), ADDRESS).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as SnapshotError).message).toMatch(/make a full one/);
  });
});

describe('what a full link holds', () => {
  it('given verdicts on 800 images, when shared in full, then they come back and belong to the accuracies', async () => {
    const race = withVerdicts(sampleRace({ epochs: 3 }), 800);
    const { hash, detail } = await encodeSnapshot(race);
    expect(detail.verdicts).toBe(true);
    const back = await decodeSnapshot(hash);
    for (const [i, { final }] of back.runs.entries()) {
      expect(final?.verdicts).toEqual(race.runs[i].final!.verdicts);
      expect(verdictsOf(final!, 'robust')).not.toBeNull();
    }
  });

  it('given verdicts on 100,000 images, when shared in full, then the link has room for the rest only', async () => {
    const race = withVerdicts(sampleRace({ epochs: 3 }), 100_000);
    // Verdicts without a pattern cannot be compressed.
    let state = 1;
    const noise = () => (state = (state * 48_271) % 2_147_483_647) % 2;
    const runs = race.runs.map((r) => ({
      ...r,
      final: r.final && {
        ...r.final,
        verdicts: { ...r.final.verdicts!, clean: packBits(Array.from({ length: 100_000 }, noise)) },
      },
    }));
    const { hash, detail } = await encodeSnapshot({ ...race, runs });
    expect(detail.verdicts).toBeUndefined();
    expect(hash.length).toBeLessThan(MAX_TEXT);
  });

  it('given how a result was computed, when shared, then arithmetic, earlier parts and scale facts come back', async () => {
    const race: RaceResult = {
      ...sampleRace({ epochs: 2 }),
      arithmetic: 'float32',
      earlier: [{ backend: 'webgpu', device: 'an adapter', steps: 12 }],
      scale: { torch: '2.5', processes: 2, batchNorm: 'synchronised', precision: 'tf32' },
    };
    for (const { hash } of [await encodeSnapshot(race), await encodeBrief(race, ADDRESS)]) {
      const { arithmetic, earlier, scale } = await decodeSnapshot(hash);
      expect({ arithmetic, earlier, scale }).toEqual({
        arithmetic: race.arithmetic,
        earlier: race.earlier,
        scale: race.scale,
      });
    }
  });
});
