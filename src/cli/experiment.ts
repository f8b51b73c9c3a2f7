/**
 * The page's experiment on the command line: `npm run experiment -- --dataset <synthetic|cifar10|path> --methods
 * at,arat[...] --preset demo --seeds 3 ... --out results.json`. `--line-up ladder` in place of `--methods` gives a
 * ready-made list of contestants. Progress goes to standard error, the final table to standard output. With `--out` the
 * state is kept in a file beside the result, and the same command with `--resume` continues after a stop or a crash. An
 * earlier result is replaced only with `--overwrite`. `--no-relaxed-simd` computes as WebAssembly without relaxed SIMD:
 * slower, but with the same digits on every machine.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { initialiseBackend } from '../core/backend/backend.ts';
import { imagesPerEstimate, raceTeraflop } from '../core/experiments/cost.ts';
import { epochsOfLabel } from '../core/experiments/epochs.ts';
import { Race } from '../core/race/race.ts';
import { Crew } from '../core/race/crew.ts';
import type { RaceEvent } from '../core/race/events.ts';
import { OnCores } from '../core/race/on-cores.ts';
import { commitOf } from '../core/node-commit.ts';
import type { ExperimentConfig } from '../core/settings/config.ts';
import { formatSeconds, runCommand } from './args.ts';
import { checkArithmetic, keepCheckpoint } from './experiment-checkpoint.ts';
import { loadData } from './experiment-data.ts';
import { experimentHelp } from './experiment-help.ts';
import { parseRequest } from './experiment-options.ts';
import { withStart } from './experiment-start.ts';
import { prepareOutput, saveResult } from './experiment-output.ts';
import { prepareWeights, saveWeights } from './experiment-weights.ts';
import { jobsFor } from './jobs.ts';
import { LaneLines } from './lane-lines.ts';
import { openLaneThread } from './lane-threads.ts';
import { table } from './result-table.ts';

/** Seconds between kept states: the work that a crash may lose. */
const KEEP_EVERY_SECONDS = 60;

const percent = (fraction: number): string => (100 * fraction).toFixed(1);

function describe(event: RaceEvent, config: ExperimentConfig, left: () => number | null): string | null {
  if (event.type === 'epoch') {
    const { epoch, clean, robust, trainRobust, loss } = event.point;
    const seconds = left();
    return (
      (event.seed === undefined ? '' : `seed ${event.seed}  `) +
      `epoch ${epoch}/${epochsOfLabel(config, event.label)}  ${event.label}: clean ${percent(clean)} %, robust ${percent(robust)} %` +
      (trainRobust === undefined ? '' : `, robust on training images ${percent(trainRobust)} %`) +
      (loss === undefined ? '' : `, loss ${loss.toFixed(4)}`) +
      (seconds === null ? '' : `  (${formatSeconds(seconds)} left)`)
    );
  }
  if (event.type === 'failure')
    return `${event.seed === undefined ? '' : `seed ${event.seed}  `}${event.message}`;
  if (event.type === 'error' || event.type === 'note') return event.message;
  return null;
}

/** What the accuracies in the lines of epochs are, said once before them. */
function estimateWords(config: ExperimentConfig): string {
  const { test, training } = imagesPerEstimate(config);
  return (
    `clean, robust: estimates after each epoch on the first ${test} test images` +
    (training > 0 ? ` and ${training} training images` : '') +
    `, robust under PGD-${config.evaluation.steps}`
  );
}

async function version(): Promise<string> {
  const url = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(url, 'utf8')) as { version: string }).version;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(experimentHelp());
    return 0;
  }
  const request = parseRequest(args);
  const { out } = request;
  const { config, weights: start } = await withStart(request);
  if (request.printConfig) {
    console.log(JSON.stringify(config, null, 1));
    return 0;
  }
  const lines = new LaneLines((label) => epochsOfLabel(config, label));
  const say = (line: string) => lines.say(line);
  const from = await prepareOutput(request);
  if (request.weights !== null) prepareWeights(request.weights);
  const { backend, device, arithmetic, warnings } = await initialiseBackend(request.backend);
  warnings.forEach(say);
  if (out !== null && from) checkArithmetic(out, from, arithmetic);
  const data = await loadData(config.dataset.source, request.paths);
  say(`${data.provenance}; ${device}; ${raceTeraflop(config).toFixed(2)} TFLOP of training`);
  say(estimateWords(config));
  const jobs = jobsFor(config, backend, request.jobs);
  if (jobs.note) say(jobs.note);
  if (jobs.count > 1) say(`${jobs.count} contestants at a time, each on a core of its own`);
  let left: number | null = null;
  let last: string | null = null;
  const emit = (event: RaceEvent) => {
    if (event.type === 'progress') left = event.secondsLeft;
    const line = describe(event, config, () => left);
    // A race of one contestant fails with the message of that contestant: print it once.
    if (line && line !== last) say(line);
    last = line ?? last;
    lines.hear(event);
  };
  const crew =
    jobs.count > 1 ? await Crew.start(jobs.count, { open: openLaneThread, backend, arithmetic }) : null;
  const race = new Race(config, data, {
    runId: 'cli',
    backend,
    device,
    arithmetic,
    appVersion: await version(),
    commit: commitOf(fileURLToPath(new URL('../..', import.meta.url))),
    emit,
    from,
    start,
    executor: crew ? (parts) => new OnCores(crew, parts) : undefined,
    checkpoints:
      out === null ? undefined : { everySeconds: KEEP_EVERY_SECONDS, keep: (c) => keepCheckpoint(out, c) },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => race.control.stop());
  const result = await race.run();
  const missing =
    request.weights === null || result.status !== 'complete' ? [] : await saveWeights(request.weights, race);
  race.dispose();
  lines.end();
  missing.forEach(say);
  console.log(table(result));
  if (out !== null) {
    const note = await saveResult(out, result);
    if (note) say(note);
  }
  return result.status === 'complete' ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runCommand(main);
