import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseConfig } from '../settings/config.ts';
import { damaged, fuzz } from '../testing/fuzz.ts';
import { oneValueReplaced } from '../testing/value-replaced.ts';
import { LeftOut } from '../settings/known.ts';
import { parseRaceResult, parseRaceResultInParts } from './results-schema.ts';

const whole = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
const race = {
  ...whole,
  runs: whole.runs.map((run) => ({
    ...run,
    curves: run.curves.slice(0, 3),
    gradientConflict: run.gradientConflict.slice(0, 2),
    bn: run.bn.slice(0, 1),
  })),
};

/** The final figures and curves, by label. */
const figures = ({ runs }: typeof race) =>
  new Map(runs.map(({ label, ...run }) => [label, JSON.stringify([run.final, run.curves])]));

/** Reads `input` and throws `Error` if the input was changed or a final figure that was read is not in it. */
async function outcomeOf(input: unknown): Promise<'refused' | 'read' | 'read in part'> {
  const before = JSON.stringify(input);
  const leftOut = new LeftOut();
  let result;
  try {
    result = await parseRaceResultInParts(input, async () => {}, leftOut);
  } catch (error) {
    // A refusal is a plain `Error` with a message. Any other error is a fault.
    if (error instanceof Error && error.constructor === Error && error.message !== '') return 'refused';
    throw error;
  }
  if (JSON.stringify(input) !== before) throw new Error('Reading changed the input.');
  const given = (input as { runs: { label: string; final: unknown; curves: unknown }[] }).runs;
  for (const run of result.runs)
    if (!given.some((r) => JSON.stringify(r.final) === JSON.stringify(run.final)))
      throw new Error(`The final figures of ${run.label} are not those of the input.`);
  return leftOut.lines.length > 0 ? 'read in part' : 'read';
}

fuzz(
  'given a result with one value replaced, when read, then it is refused with a message or its final figures are kept',
  oneValueReplaced(race),
  outcomeOf,
  { short: 150, reaches: ['refused', 'read'] },
);

fuzz(
  'given a result with an unknown key, when read, then every figure is kept and the key is listed as left out',
  fc.tuple(fc.stringMatching(/^[a-z]{1,8}X$/), fc.jsonValue(), fc.nat(4)),
  async ([key, value, place]) => {
    const changed = structuredClone(race) as unknown as Record<string, Record<string, unknown>> & typeof race;
    const places: object[] = [
      changed,
      changed.config,
      changed.config.contestants[0].switches,
      changed.runs[0],
      changed.runs[0].curves[0],
    ];
    Object.assign(places[place], { [key]: value });
    const leftOut = new LeftOut();
    const read = parseRaceResult(changed, leftOut);
    if (leftOut.lines.length !== 1) throw new Error('Nothing was named.');
    if (JSON.stringify([...figures(read as typeof race)]) !== JSON.stringify([...figures(race)]))
      throw new Error('Figures differ.');
    return outcomeOf(changed);
  },
  { short: 100, reaches: ['read in part'] },
);

const text = new TextEncoder().encode(JSON.stringify(race));
fuzz(
  'given a result file with damaged bytes, when read, then it is not JSON, is refused, or keeps its final figures',
  damaged(text),
  async (bytes) => {
    let input: unknown;
    try {
      input = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    } catch {
      return 'no JSON';
    }
    return outcomeOf(input);
  },
  { short: 150, reaches: ['no JSON', 'read'] },
);

fuzz(
  'given settings with one value replaced, when parsed, then they are refused with a message or parse again to the same settings',
  fc.oneof(oneValueReplaced(race.config), fc.jsonValue()),
  (input) => {
    let config;
    try {
      config = parseConfig(input);
    } catch (error) {
      if (error instanceof Error && /settings are not valid/.test(error.message)) return 'refused';
      throw error;
    }
    if (JSON.stringify(parseConfig(config)) !== JSON.stringify(config))
      throw new Error('Parsing twice differs.');
    return 'read';
  },
  { short: 400, reaches: ['refused'] },
);
