/**
 * A whole quick race by wall clock: in Node on one core and on several, beside PyTorch on as many threads; and in the
 * browser, beside another build of the page where one is given.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Site } from '../browser.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { entry, median, type Place } from '../report.ts';
import { ourRace, pageRace, pytorchRace, type Raced } from '../races.ts';
import type { Part, PartOptions } from './part.ts';

/** Rounds of whole races, where no option says how many. */
const ROUNDS = 3;

const roundsOf = ({ quick, rounds }: PartOptions): number => rounds ?? (quick ? 1 : ROUNDS);
const QUICK_EPOCHS = 1;
/** Images that scale/ and every version of the page have. */
export const RACED = { ...PRESETS.demo.dataset, trainSize: 1024, testSize: 512 };

/** What is timed, in words. */
const raceName = (quick: boolean): string =>
  quick ? 'quick race, its first epoch alone' : 'whole quick race';

type Way = () => Promise<Raced>;

/** Runs each way in turn, `rounds` times; a way that fails is reported and left out. */
async function inTurn(
  ways: ReadonlyMap<string, Way>,
  rounds: number,
  say: (text: string) => void,
): Promise<Map<string, Raced[]>> {
  const raced = new Map<string, Raced[]>();
  const failed = new Set<string>();
  for (let i = 0; i < rounds; i++) {
    for (const [name, way] of ways) {
      if (failed.has(name)) continue;
      try {
        const race = await way();
        raced.set(name, [...(raced.get(name) ?? []), race]);
        const cpu = race.cpuSeconds === null ? '' : `, ${race.cpuSeconds.toFixed(1)} s of processor time`;
        say(`${name}: ${race.seconds.toFixed(1)} s${cpu} (${race.device})`);
      } catch (error) {
        failed.add(name);
        raced.delete(name);
        say(`${name} is left out: ${(error as Error).message}`);
      }
    }
  }
  return raced;
}

const seconds = (races: readonly Raced[]): number => median(races.map((r) => r.seconds));

const cpuSeconds = (races: readonly Raced[]): number => median(races.map((r) => r.cpuSeconds ?? NaN));

/** 1, 2 and 4 as far as there are cores: the race has four contestants. */
export const laneCounts = (cores: number): number[] => [1, 2, 4].filter((n) => n === 1 || n <= cores);

const inNode: Part = async (options, report, say) => {
  const { quick, pytorch } = options;
  const cores = availableParallelism();
  const epochs = quick ? QUICK_EPOCHS : PRESETS.quick.optimiser.epochs;
  const quickRace = { ...PRESETS.quick, dataset: RACED };
  const config = { ...quickRace, optimiser: { ...quickRace.optimiser, epochs } };
  const { source, trainSize, testSize } = RACED;
  const experiment = [
    '--preset=quick',
    `--dataset=${source}`,
    `--train-size=${trainSize}`,
    `--test-size=${testSize}`,
    `--epochs=${epochs}`,
  ];
  const ways = new Map<string, Way>(
    laneCounts(cores).map((n) => [`${n} at a time`, () => ourRace(experiment, n)]),
  );
  const theirs = `PyTorch, ${cores} threads`;
  ways.set(theirs, () => pytorchRace(pytorch, config, cores));
  const raced = await inTurn(ways, roundsOf(options), say);
  const alone = raced.get('1 at a time');
  const torch = raced.get(theirs);
  for (const n of laneCounts(cores)) {
    const ours = raced.get(`${n} at a time`);
    if (!ours) continue;
    const place: Place = { name: 'race', backend: 'wasm (Node)', adapter: ours[0].device };
    const metric = `${raceName(quick)}, ${n} ${n === 1 ? 'contestant' : 'contestants'} at a time, wall clock`;
    if (n > 1 && alone)
      report(
        entry(place, metric, 's', 'less', seconds(ours), { value: seconds(alone), name: 'one at a time' }),
      );
    const reference = torch && { value: seconds(torch), name: torch[0].device };
    report(entry(place, metric, 's', 'less', seconds(ours), reference));
    const used = torch && { value: cpuSeconds(torch), name: torch[0].device };
    const cpuMetric = metric.replace('wall clock', 'processor time');
    report(entry(place, cpuMetric, 's', 'less', cpuSeconds(ours), used));
  }
};

const inBrowser: Part = async (options, report, say) => {
  const { quick, before } = options;
  // Loaded here: the race in Node also runs where there is no browser, and no playwright and vite.
  const { launch, serve, serveBuilt } = await import('../browser.ts');
  const epochs = quick ? QUICK_EPOCHS : PRESETS.quick.optimiser.epochs;
  const sites = new Map<string, Site>([
    ['this version', await serve(fileURLToPath(new URL('../..', import.meta.url)), 'project')],
  ]);
  if (before !== undefined) sites.set(`the build in ${before}`, await serveBuilt(before));
  const browser = await launch('plain');
  try {
    for (const isolated of [true, false]) {
      const ways = [...sites].map(([name, { address }]): [string, Way] => [
        `${name}, ${isolated ? '' : 'not '}isolated`,
        () => pageRace(browser, address, isolated, { ...RACED, epochs }),
      ]);
      const raced = await inTurn(new Map(ways), roundsOf(options), say);
      const [ours, theirs] = ways.map(([name]) => raced.get(name));
      if (!ours) continue;
      const place: Place = { name: 'race', backend: 'wasm', adapter: ours[0].device };
      const metric = `${raceName(quick)} in the page, ${isolated ? '' : 'not '}isolated, from Train to its end`;
      const reference = theirs && { value: seconds(theirs), name: `the build given by --before` };
      report(entry(place, metric, 's', 'less', seconds(ours), reference));
    }
  } finally {
    await browser.close();
    for (const site of sites.values()) await site.close();
  }
};

export const race: Part = async (options, report, say) => {
  await inNode(options, report, say);
  if (!options.node) await inBrowser(options, report, say);
};
