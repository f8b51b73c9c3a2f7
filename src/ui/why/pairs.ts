/** The rows of the Why section's table of gradient conflict by pairs of terms. */
import { pairHalves } from '../../core/experiments/pair-halves.ts';
import { trainedImages } from '../../core/experiments/passes.ts';
import { byContestant, spreadText } from '../../core/result/spread.ts';
import type { ConflictPair, RaceResult } from '../../core/result/results.ts';

/** Display names of the terms, by the names that methods report. */
const TERMS: Readonly<Record<string, string>> = {
  ceAdv: 'CE(x′)',
  ceClean: 'CE(x)',
  ce: 'CE',
  bce: 'BCE(x′)',
  kl: 'KL',
  mse: 'MSE(f(x′), g(x))',
};
export const termName = (term: string): string => TERMS[term] ?? term;

export interface PairRow {
  readonly label: string;
  /** `CE(x′) and KL`, or `KL on two batches`. */
  readonly between: string;
  /** Whether one term is compared with itself on different images. */
  readonly ofOneTerm: boolean;
  readonly cosine: string;
  /** `ratio` and `chance` are in per cent. */
  readonly ratio: string;
  readonly chance: string;
  /** The epochs after which the contestant's seeds were measured: `6`, `4–6`. */
  readonly epochs: string;
}

function rangeText(epochs: readonly number[]): string {
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first}–${last}`;
}

/** Where in the training all rows were measured, in words; contestants may differ. */
export function epochWords(rows: readonly PairRow[]): string {
  const byLabel = new Map(rows.map((row) => [row.label, row.epochs]));
  const distinct = new Set(byLabel.values());
  if (distinct.size > 1)
    return [...byLabel].map(([label, epochs]) => `${label}: after epoch ${epochs}`).join('; ');
  return `after epoch ${[...distinct].join()}`;
}

const isSame = (a: ConflictPair) => (b: ConflictPair) => a.first === b.first && a.second === b.second;
const minus = (text: string): string => text.replace('-', '−');

export interface PairImages {
  /** What two terms are compared on: `one batch of 64 training images`. */
  readonly pairs: string;
  /** What a term is compared with itself on: `two batches`. */
  readonly halves: string;
}

/** On how many images the pairs were measured, in words. */
export function pairImages(config: RaceResult['config']): PairImages {
  const { size, batches } = pairHalves(trainedImages(config), config);
  const count = (images: number) => images.toLocaleString('en');
  if (config.pairImages === 'batch')
    return { pairs: `one batch of ${count(size)} training images`, halves: 'two batches' };
  return {
    pairs: `${count(2 * batches * size)} training images, in batches of ${count(size)}`,
    halves: `two halves of ${count(batches * size)} images`,
  };
}

/** From the last measurement of each run; with several seeds, mean ± standard deviation. */
export function pairRows({ runs, config }: Pick<RaceResult, 'runs' | 'config'>): PairRow[] {
  const { halves } = pairImages(config);
  return byContestant(runs).flatMap(({ label, runs: of }) => {
    const last = of.flatMap((run) => run.conflictPairs?.at(-1) ?? []);
    return (last[0]?.pairs ?? []).map((pair) => {
      const all = last.flatMap(({ pairs }) => pairs.find(isSame(pair)) ?? []);
      const ofOneTerm = pair.first === pair.second;
      const text = (key: 'cosine' | 'ratio' | 'chance', digits: number, scale = 1) =>
        minus(
          spreadText(
            all.map((p) => p[key]),
            digits,
            scale,
          ),
        );
      return {
        label,
        between: ofOneTerm
          ? `${termName(pair.first)} on ${halves}`
          : `${termName(pair.first)} and ${termName(pair.second)}`,
        ofOneTerm,
        cosine: text('cosine', 2),
        ratio: text('ratio', 1, 100),
        chance: text('chance', 1, 100),
        epochs: rangeText(last.map((p) => p.epoch)),
      };
    });
  });
}
