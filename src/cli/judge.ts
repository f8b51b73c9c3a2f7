/**
 * `npm run judge -- <weights.safetensors>... --dataset <data>`: the page's robustness report of trained networks,
 * without a page. `--help` lists the options. Progress goes to standard error, the table to standard output, and with
 * `--json` the report to a file. A stop (Ctrl+C) ends it after the current pass with the rows so far, and exit code 1.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { initialiseBackend } from '../core/backend/backend.ts';
import { contentOf } from '../core/data/content.ts';
import type { Dataset, ImageSet } from '../core/data/dataset.ts';
import { IMAGE_BYTES } from '../core/data/dataset.ts';
import { ReportStopped, robustnessReport, type JudgedModel } from '../core/judge/run.ts';
import { outputsFor, type ModelAnswers } from '../core/nn/model-answers.ts';
import { amongClasses, inspectWeights, networkOf, readOwnModel } from '../core/nn/own-model.ts';
import { writeWhole } from '../core/node-files.ts';
import { formatSeconds, runCommand, UsageError } from './args.ts';
import { diskFile } from './disk-file.ts';
import { loadData } from './experiment-data.ts';
import { judgeHelp, parseRequest, type JudgeRequest } from './judge-options.ts';
import { reportTable } from './judge-table.ts';
import { checkOutput } from './output.ts';

const TELL_EVERY_MS = 10_000;

/** A network under test, with what the JSON says of it. */
interface Judged extends JudgedModel {
  readonly described: Readonly<Record<string, unknown>>;
  dispose(): void;
}

/** The first n test images of the chosen classes, with labels 0..k-1 in the order of `classes`. */
function firstOf({ test }: Dataset, classes: readonly number[], n: number): ImageSet {
  const chosen = Array.from(test.labels.keys())
    .filter((i) => classes.includes(test.labels[i]))
    .slice(0, n);
  const images = new Uint8Array(chosen.length * IMAGE_BYTES);
  chosen.forEach((i, k) =>
    images.set(test.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES), k * IMAGE_BYTES),
  );
  return { images, labels: Uint8Array.from(chosen, (i) => classes.indexOf(test.labels[i])) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function openNetwork(
  path: string,
  request: JudgeRequest,
  classes: readonly number[],
  namesOfData: readonly string[],
): Promise<Judged> {
  const file = await diskFile(path);
  const inspected = await inspectWeights(file);
  const { networks, defaults, ignored, header } = inspected;
  const { prefix = defaults.prefix, stemStride = defaults.stemStride } = request;
  const { input = defaults.input, bnSet = defaults.bnSet } = request;
  const answers: ModelAnswers = { prefix, stemStride, input, bnSet };
  if (networks.length > 1)
    console.error(
      `${path} holds ${networks.length} networks: ${networks.map((n) => `'${n.prefix}'`).join(', ')}; '${prefix}' is judged (--network).`,
    );
  const whole = await readOwnModel(file, inspected, answers);
  let outputs: readonly number[] | null;
  try {
    outputs = outputsFor(whole.spec.classes, classes, namesOfData);
  } catch (error) {
    throw new UsageError(`${file.name}: ${(error as Error).message}`);
  }
  const { network, logits } = networkOf(outputs ? amongClasses(whole, outputs) : whole);
  const { family, width, blocks, splitBn } = whole.spec;
  console.error(
    `${path}: ${family === 'wide' ? 'a wide ResNet of ' : ''}width ${width}, blocks ${blocks.join(', ')}, ${whole.spec.classes} classes, ${splitBn ? `split BatchNorm (${bnSet} set)` : 'one BatchNorm set'}, stem stride ${stemStride}, input ${JSON.stringify(input)}` +
      (ignored.length > 0 ? `; ${ignored.length} other tensors are not read` : ''),
  );
  const described = {
    file: path,
    sha256: await sha256(path),
    metadata: header.metadata,
    network: whole.spec,
    answers,
    answersAmong: outputs,
  };
  const { buffers, classes: count } = network;
  const branch = splitBn ? bnSet : 'adv';
  return {
    label: path,
    logits,
    classes: count,
    buffers,
    branch,
    ...(whole.spec.classes > count && { outputs: whole.spec.classes }),
    described,
    dispose: () => network.dispose(),
  };
}

/** Runs the command with these arguments and resolves with its exit code. Rejects with `UsageError`. */
export async function judge(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(judgeHelp());
    return 0;
  }
  const request = parseRequest(args);
  const { json, norm, eps, seed, depth } = request;
  if (json !== null) checkOutput('--json', json);
  if (new Set(request.files).size < request.files.length)
    throw new UsageError('Each weight file can be given once.');
  // A wrong file is noticed before data are loaded.
  for (const path of request.files) await inspectWeights(await diskFile(path));
  const started = await initialiseBackend(request.backend);
  if (started.backend !== request.backend)
    throw new Error(`${request.backend} could not be used: ${started.warnings.join(' ')}`);
  const data = await loadData(request.source, request.paths);
  const classes = request.classes ?? data.classNames.map((_, c) => c);
  const unknown = classes.find((c) => c >= data.classNames.length);
  if (unknown !== undefined)
    throw new UsageError(
      `--classes: class ${unknown} is asked for, and this data has 0 to ${data.classNames.length - 1}.`,
    );
  const images = firstOf(data, classes, request.n);
  const models: Judged[] = [];
  try {
    for (const path of request.files) models.push(await openNetwork(path, request, classes, data.classNames));
    const n = images.labels.length;
    console.error(`${data.provenance}; ${n} test images; ${started.device}`);
    const report = await robustnessReport(models, images, { n, seed, norm, eps, depth }, pace());
    console.log(reportTable(report, classes.length));
    const { provenance, classNames } = data;
    const dataset = {
      provenance,
      checksum: contentOf(data),
      classes,
      classNames: classes.map((c) => classNames[c]),
      images: `first ${n} test images`,
    };
    const { device, arithmetic } = started;
    const whole = {
      device,
      arithmetic,
      dataset,
      models: models.map((m) => ({ label: m.label, ...m.described })),
      report,
    };
    if (json !== null) writeWhole(json, `${JSON.stringify(whole, null, 1)}\n`);
    return report.complete ? 0 : 1;
  } finally {
    for (const model of models) model.dispose();
  }
}

/** Tells the progress from time to time, and ends the report when the command is interrupted. */
function pace(): Parameters<typeof robustnessReport>[3] {
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
  const begun = performance.now();
  let told = begun;
  return async ({ done, total, what }) => {
    // Signals are heard between passes.
    await new Promise((resolve) => setImmediate(resolve));
    if (stopped) throw new ReportStopped();
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    const left = done > 0 ? ((told - begun) * (total - done)) / done / 1000 : null;
    console.error(`  ${what}${left === null ? '' : `, at most ${formatSeconds(left)} left`}`);
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runCommand(() => judge(process.argv.slice(2)));
