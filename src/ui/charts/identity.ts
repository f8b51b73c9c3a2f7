/**
 * Styles of contestants. Colour, dash and marker depend on method and switches, so that ARAT has the same style in
 * every race, chart, table and exported figure, whichever other contestants take part.
 */
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { DEFAULT_SWITCHES } from '../../core/settings/config.ts';
import type { Contestant, SwitchName } from '../../core/settings/config.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { byContestant } from '../../core/result/spread.ts';
import { FOR_VARIANTS, STYLES, TAKEN_BY_METHODS, type ContestantStyle } from './styles.ts';

/** The properties that determine the style. */
export type Identity = Pick<Contestant, 'method' | 'switches'> & Pick<RunResult, 'style'>;

/** Values of a switch that presets use; they do not make a contestant a variant. */
const USUAL: Partial<Record<SwitchName, readonly unknown[]>> = {
  invarianceWeight: [4, 30, 100],
  classificationWeight: [0.5, 1],
  averageFrom: [0.5, 0.76],
  averageEvery: [0, 500],
  recipe: ['race', 'code'],
};

/** MART's β in its code for ResNet-18, which the preset `official` has. */
const MART_USUAL: typeof USUAL = { beta: [DEFAULT_SWITCHES.beta, CATALOGUE.mart.ownRecipe?.beta] };

function differs(method: Identity['method'], name: SwitchName, value: unknown): boolean {
  const usual = method === 'mart' ? { ...USUAL, ...MART_USUAL } : USUAL;
  return !(usual[name] ?? [DEFAULT_SWITCHES[name]]).includes(value);
}

/**
 * `arat`, `arat[splitBn=false,predictor=false]`: the method, with those of the switches it reads that differ from their
 * usual values.
 */
export function identityOf({ method, switches }: Identity): string {
  const changes = CATALOGUE[method].switches
    .filter((name) => differs(method, name, switches[name]))
    .map((name) => `${name}=${String(switches[name])}`);
  return changes.length === 0 ? method : `${method}[${changes.join(',')}]`;
}

/** Whether every switch that the method reads has its default value. */
const isPlain = ({ method, switches }: Identity): boolean =>
  CATALOGUE[method].switches.every((name) => switches[name] === DEFAULT_SWITCHES[name]);

/** The contestants of the ready line-ups, in the order of their styles in `STYLES`. */
const RESERVED: readonly string[] = [
  ...['at', 'trades', 'arat', 'arat[invarianceWeight=0]', 'mart', 'lbgat', 'arrest', 'standard', 'arat-swa'],
  ...['arat[splitBn=false]', 'arat[stopGradient=false]', 'arat[predictor=false]', 'arat[autoBalance=false]'],
  ...['arat[metric=mse]', 'arat[alignedLayers=lastTwo]', 'arat[alignedLayers=all]'],
  ...['arat[officialAliasing=true]', 'arat[attackUpdatesStatistics=true]', 'lbgat[beta=0]'],
  'arat[splitBn=false,stopGradient=false,predictor=false]',
  'arat[splitBn=false,predictor=false]',
];
/**
 * Methods and variants added later, in the order in which they were added, so that existing styles do not change. The
 * first has the last of the variants' styles, the others have those after it.
 */
const NEWCOMERS: readonly string[] = [
  ...['custom', 'at-swa', 'trades-swa', 'ca-at', 'ikl'],
  ...['arat[splitParts=affine]', 'arat[splitParts=statistics]'],
];
const FIRST_NEWCOMER = TAKEN_BY_METHODS + FOR_VARIANTS - 1;
if (RESERVED.length > TAKEN_BY_METHODS || FIRST_NEWCOMER + NEWCOMERS.length > STYLES.length)
  throw new Error('There are fewer styles than reserved contestants.');

/** Index of the style reserved for the contestant with this identity; null if none is. */
function ownIndex(key: string): number | null {
  const reserved = RESERVED.indexOf(key);
  if (reserved >= 0) return reserved;
  const newcomer = NEWCOMERS.indexOf(key);
  return newcomer >= 0 ? FIRST_NEWCOMER + newcomer : null;
}

/** 32-bit FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Orders contestants that have no style of their own, so that the order of a race does not decide who gets which. */
const textOf = ({ method, switches }: Identity): string =>
  JSON.stringify([method, CATALOGUE[method].switches.map((name) => switches[name])]);

/**
 * Indices into `STYLES`, one per contestant, all different for as many contestants as a race may have. A contestant
 * keeps the style that was saved with it, or gets the one reserved for it. Any other gets one by a hash of its
 * identity, or the next free one if that is taken.
 */
function indicesOf(contestants: readonly Identity[]): number[] {
  const out: (number | undefined)[] = contestants.map(() => undefined);
  const taken = new Set<number>();
  const take = (i: number, wanted: number) => {
    let index = wanted;
    for (let tries = 0; taken.has(index) && tries < STYLES.length; tries++)
      index = (index + 1) % STYLES.length;
    taken.add(index);
    out[i] = index;
  };
  const keys = contestants.map(identityOf);
  contestants.forEach(({ style }, i) => {
    if (style !== undefined && style < STYLES.length && !taken.has(style)) take(i, style);
  });
  // Then the reserved styles, each given once; default switches take precedence over other usual values.
  for (const plainOnly of [true, false])
    keys.forEach((key, i) => {
      const own = ownIndex(key);
      if (out[i] !== undefined || own === null || taken.has(own) || (plainOnly && !isPlain(contestants[i])))
        return;
      take(i, own);
    });
  const rest = contestants.map((c, i) => ({ i, text: textOf(c) })).filter(({ i }) => out[i] === undefined);
  rest.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  for (const { i } of rest) take(i, TAKEN_BY_METHODS + (hash(keys[i]) % FOR_VARIANTS));
  return out.map((index) => index!);
}

/** Styles of a race's contestants, in the order of the contestants. */
export const stylesOf = (contestants: readonly Identity[]): ContestantStyle[] =>
  indicesOf(contestants).map((index) => STYLES[index]);

/** A run and the same run with a style, so that a run that has not changed stays the same object. */
const styled = new WeakMap<RunResult, RunResult>();

function withStyle(run: RunResult, style: number): RunResult {
  if (run.style === style) return run;
  const known = styled.get(run);
  if (known?.style === style) return known;
  const made = { ...run, style };
  styled.set(run, made);
  return made;
}

/** `result` with the style of every contestant in its runs, so that it keeps it wherever it is opened again. */
export function withStyles(result: RaceResult): RaceResult {
  const contestants = byContestant(result.runs);
  const indices = new Map(indicesOf(contestants).map((index, i) => [contestants[i].label, index]));
  const runs = result.runs.map((run) => withStyle(run, indices.get(run.label)!));
  return runs.every((run, i) => run === result.runs[i]) ? result : { ...result, runs };
}
