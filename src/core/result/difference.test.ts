import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random.ts';
import { contestant } from '../experiments/contestant.ts';
import {
  accuracyDifference,
  bootstrapInterval,
  studentT,
  tInterval,
  verdictOn,
  widest,
} from './difference.ts';
import type { RunResult } from './results.ts';
import { packBits, unpackBits, verdictsOf } from './verdicts.ts';

const N = 200;
const share = (flags: readonly number[]) => flags.reduce((a, b) => a + b, 0) / flags.length;

/** A run whose network classifies image i correctly if `right[i]` is 1, on the image set named `images`. */
function runOf(label: string, seed: number, right: readonly number[], images = 'same'): RunResult {
  const verdicts = { images, clean: packBits(right), robust: packBits(right) };
  const final = { clean: share(right), robust: share(right), n: right.length, attack: 'PGD', verdicts };
  const rest = { curves: [], gradientConflict: [], bn: [], imagesPerSecond: 0, seconds: 0 };
  return { ...contestant('at'), label, seed, final, ...rest };
}

/**
 * Two contestants over `seeds` seeds. Each image has a random probability of a correct answer, to which `gain` is added
 * for the second contestant. `draw` seeds the random numbers.
 */
function race(draw: number, seeds: number, gain: number): [RunResult[], RunResult[]] {
  const stream = RandomStream.of(draw, 'planted');
  const hardness = Array.from({ length: N }, () => stream.uniform());
  const right = (more: number) => hardness.map((p) => (stream.uniform() < Math.min(1, p + more) ? 1 : 0));
  const runs = (label: string, more: number) =>
    Array.from({ length: seeds }, (_, seed) => runOf(label, seed, right(more)));
  return [runs('one', 0), runs('two', gain)];
}

/** What `verdictOn` says of (second - first) in robust accuracy, for each of `draws` races. */
const said = (draws: number, seeds: number, gain: number) =>
  Array.from({ length: draws }, (_, draw) => {
    const [one, two] = race(draw, seeds, gain);
    return verdictOn(accuracyDifference(two, one, 'robust')!);
  });

describe('the difference between two contestants', () => {
  it.each([1, 3])(
    'given two equally good contestants over %i seeds, when compared, then at least 95 of 100 races show no difference',
    (seeds) => {
      expect(said(100, seeds, 0).filter((v) => v === 'none').length).toBeGreaterThanOrEqual(95);
    },
  );

  it('given a contestant with a gain of 0.3, when compared, then verdictOn says higher, or lower in the other order', () => {
    expect(said(20, 3, 0.3).filter((v) => v === 'higher').length).toBeGreaterThanOrEqual(18);
    const [one, two] = race(1, 3, 0.3);
    expect(verdictOn(accuracyDifference(one, two, 'clean')!)).toBe('lower');
  });

  it('given the same verdicts, when compared, then the difference and both intervals are exactly 0 and verdictOn says none', () => {
    const [one] = race(2, 3, 0);
    const d = accuracyDifference(
      one,
      one.map((r) => ({ ...r, label: 'copy' })),
      'clean',
    )!;
    expect(d).toEqual({ mean: 0, seeds: 3, overSeeds: [0, 0], overImages: [0, 0] });
    expect(verdictOn(d)).toBe('none');
  });

  it('given one seed, no verdicts, or both, when compared, then the interval over seeds, over images, or both are missing', () => {
    const [one, two] = race(3, 2, 0.1);
    const bare = (runs: RunResult[]) =>
      runs.map((r) => ({ ...r, final: { ...r.final!, verdicts: undefined } }));
    const single = accuracyDifference([one[0]], [two[0]], 'clean')!;
    expect(single.overSeeds).toBeNull();
    expect(single.overImages).not.toBeNull();
    const unmarked = accuracyDifference(bare(one), two, 'clean')!;
    expect(unmarked.overImages).toBeNull();
    expect(unmarked.overSeeds).not.toBeNull();
    expect(verdictOn(accuracyDifference(bare([one[0]]), [two[0]], 'clean')!)).toBe('unknown');
    expect(accuracyDifference(one, [{ ...two[0], seed: 9 }], 'clean')).toBeNull();
  });

  it('given seeds on different image sets, when compared, then there is a bootstrap unless a pair of runs differs in its images', () => {
    const [one, two] = race(4, 2, 0);
    const moved = (run: RunResult, images: string) => ({
      ...run,
      final: { ...run.final!, verdicts: { ...run.final!.verdicts!, images } },
    });
    const apart = (runs: RunResult[]) => runs.map((run, i) => moved(run, `set ${i}`));
    expect(accuracyDifference(apart(one), apart(two), 'clean')!.overImages).not.toBeNull();
    expect(accuracyDifference(one, [moved(two[0], 'x'), two[1]], 'clean')!.overImages).toBeNull();
  });
});

describe('intervals', () => {
  it('given degrees of freedom, when studentT is called, then it gives the tabulated quantiles and approaches the normal one', () => {
    expect([1, 4, 30].map(studentT)).toEqual([12.706, 2.776, 2.042]);
    expect(studentT(40)).toBeCloseTo(2.021, 2);
    expect(studentT(100_000)).toBeCloseTo(1.96, 3);
    expect(tInterval([1, 2, 3, 4, 5])![0]).toBeCloseTo(3 - (2.776 * Math.sqrt(2.5)) / Math.sqrt(5), 9);
    expect(tInterval([1])).toBeNull();
  });

  it('given differences by image, when bootstrapped, then the interval is close to the normal one, and widest spans both intervals', () => {
    const stream = RandomStream.of(5, 'images');
    const byImage: number[] = Array.from({ length: 800 }, () =>
      stream.uniform() < 0.15 ? 1 : stream.uniform() < 0.1 ? -1 : 0,
    );
    const [low, high] = bootstrapInterval([{ images: 'a', byImage }]);
    const mean = share(byImage);
    const sd = Math.sqrt(byImage.reduce((s, x) => s + (x - mean) ** 2, 0) / 799 / 800);
    expect(low).toBeCloseTo(mean - 1.96 * sd, 2);
    expect(high).toBeCloseTo(mean + 1.96 * sd, 2);
    // Two seeds that were tested on different images: the mean of both, with half of the variance.
    const apart = bootstrapInterval([
      { images: 'a', byImage },
      { images: 'b', byImage: byImage.map((x) => x + 1) },
    ]);
    expect(apart[0]).toBeCloseTo(mean + 0.5 - (1.96 * sd) / Math.SQRT2, 2);
    expect(apart[1]).toBeCloseTo(mean + 0.5 + (1.96 * sd) / Math.SQRT2, 2);
    const two = { mean, seeds: 2, overSeeds: [-1, 0.1] as const, overImages: [0, 0.2] as const };
    expect(widest(two)).toEqual([-1, 0.2]);
  });
});

describe('verdicts', () => {
  it('given packed flags, when unpacked, then they are the same; given another length or no base64, then the result is null', () => {
    const flags = Array.from({ length: 21 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    expect([...unpackBits(packBits(flags), 21)!]).toEqual(flags);
    expect(unpackBits(packBits(flags), 30)).toBeNull();
    expect(unpackBits('§', 3)).toBeNull();
  });

  it('given verdicts whose mean is not the accuracy, when read, then the result is null', () => {
    const { final } = runOf('a', 0, [1, 0, 1, 1]);
    expect(verdictsOf(final!, 'clean')?.right).toEqual(Uint8Array.from([1, 0, 1, 1]));
    expect(verdictsOf({ ...final!, clean: 0.5 }, 'clean')).toBeNull();
  });
});
