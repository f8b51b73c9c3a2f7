/**
 * Training with scale/: results and weights that this engine reads, a kill, a sweep, one process beside two, Python
 * beside TypeScript.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { loadDataset } from '../../src/core/data/load.ts';
import { subset } from '../../src/core/data/subset.ts';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { ResNet } from '../../src/core/nn/resnet.ts';
import { readSafetensors } from '../../src/core/nn/safetensors.ts';
import { importWeights } from '../../src/core/nn/weights.ts';
import { batchTensors, countCorrect } from '../../src/core/analysis/accuracy.ts';
import { Race } from '../../src/core/race/race.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import type { RaceResult, RunResult } from '../../src/core/result/results.ts';
import { DEFAULT_SWITCHES, parseConfig, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { LeftOut } from '../../src/core/settings/known.ts';
import { python, torchrun, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

/** Python starts slowly on a busy machine. */
const PATIENCE = 900_000;

const CONFIG: ExperimentConfig = {
  ...PRESETS.quick,
  dataset: { ...PRESETS.demo.dataset, trainSize: 40, testSize: 16 },
  network: { ...PRESETS.quick.network, width: 4 },
  attack: { ...PRESETS.quick.attack, steps: 2 },
  evaluation: { ...PRESETS.quick.evaluation, steps: 2, n: 16, trainingSet: true, heldOut: 8, sets: true },
  optimiser: { ...PRESETS.quick.optimiser, batchSize: 16, epochs: 3 },
  conflictEvery: 2,
  contestants: [
    contestant('at', {}, DEFAULT_SWITCHES),
    contestant('trades', {}, DEFAULT_SWITCHES),
    contestant('arrest', {}, DEFAULT_SWITCHES),
    contestant('arat-swa', {}, DEFAULT_SWITCHES),
  ],
  seed: 3,
  repeats: 2,
};

const folder = () => mkdtempSync(join(tmpdir(), 'scale-'));
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as unknown;

/** A result that this page reads whole. */
function opened(raw: unknown): RaceResult {
  const leftOut = new LeftOut();
  const result = parseRaceResult(raw, leftOut);
  expect(leftOut.lines).toEqual([]);
  return result;
}

/** A run without what differs from machine to machine. */
const numbers = ({ seconds: _s, imagesPerSecond: _i, ...run }: RunResult) => run;

describe.skipIf(WHY_NOT !== null)('given a sweep of 4 contestants and 2 seeds, trained in PyTorch', () => {
  const out = folder();
  let result: RaceResult;
  beforeAll(async () => {
    writeFileSync(join(out, 'config.json'), JSON.stringify({ ...CONFIG, repeats: 1 }));
    const planned = await python([
      '-m',
      'scale.plan',
      join(out, 'config.json'),
      '--seeds',
      '2',
      '--out',
      out,
    ]);
    expect(planned.stdout).toContain('8 jobs');
    const trained = await python(['-m', 'scale.train', join(out, 'experiment.json'), '--out', out]);
    expect(trained.stderr).toContain('open it in the page');
    expect(trained.status).toBe(0);
    result = opened(json(out, 'result.json'));
  }, PATIENCE);

  test('when its result is opened, then the page reads all of it, and it says how it was computed', () => {
    expect(result.status).toBe('complete');
    expect(result.config).toEqual(parseConfig(CONFIG));
    expect(result.runs.map((run) => [run.seed, run.label])).toEqual(
      [3, 4].flatMap((seed) => CONFIG.contestants.map(({ label }) => [seed, label])),
    );
    for (const run of result.runs) {
      expect(run.curves.map(({ epoch, step }) => [epoch, step])).toEqual([
        [0, 0],
        [1, 2],
        [2, 4],
        [3, 6],
      ]);
      expect(run.bn.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
      expect(run.final?.n).toBe(16);
      expect(run.seconds).toBeGreaterThan(0);
    }
    const conflicts = result.runs.map((run) => run.gradientConflict.map(({ step }) => step));
    expect(conflicts.slice(0, 4)).toEqual([[], [0, 2, 4], [2, 4], [0, 2, 4]]);
    expect(result.backend).toBe('pytorch');
    expect(result.device).toMatch(/^PyTorch \S+ on 1 process, CPU, 1 thread each$/);
    expect(result.scale).toMatchObject({ processes: 1, batchNorm: 'synchronised', precision: 'float32' });
  });

  test(
    'when its jobs are merged, then it is the same result; without some of them it is one that stopped',
    async () => {
      const jobs = readdirSync(out).filter((name) => existsSync(join(out, name, 'result.json')));
      expect(jobs).toHaveLength(8);
      const lines = readFileSync(join(out, 'jobs.jsonl'), 'utf8').trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { folder: string }).folder).sort()).toEqual(
        jobs.sort(),
      );
      const merge = (names: readonly string[], to: string) =>
        python(['-m', 'scale.merge', ...names.map((name) => join(out, name)), '--out', join(out, to)]);
      const [whole, part] = await Promise.all([
        merge(jobs, 'merged.json'),
        merge(jobs.slice(1), 'part.json'),
      ]);
      expect([whole.status, part.status]).toEqual([0, 0]);
      expect(opened(json(out, 'merged.json'))).toEqual(result);
      expect(part.stdout).toContain('7 runs, 1 missing');
      const rest = opened(json(out, 'part.json'));
      expect(rest.status).toBe('stopped');
      expect(rest.runs).toHaveLength(7);
    },
    PATIENCE,
  );

  test('when its weights are loaded here, then the network classifies as many test images right', async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    const all = await loadDataset('synthetic', { environment: { cache: null } });
    for (const [i, name, splitBn] of [
      [0, '01-at-seed3', false],
      [3, '04-arat-swa-seed3', true],
    ] as const) {
      const weights = readSafetensors(readFileSync(join(out, name, 'weights.safetensors')));
      const network = new ResNet({ ...CONFIG.network, classes: 4, splitBn }, 0);
      // Early stopping may keep an epoch before averaging begins, whose network still has its predictors.
      const names = [...weights.keys()].filter((key) => !key.startsWith('predictor.'));
      expect(names.sort()).toEqual([...network.trainable.keys(), ...network.buffers.keys()].sort());
      importWeights(network, weights);
      const { test: images } = subset(all, CONFIG);
      const indices = Array.from(images.labels, (_, k) => k);
      expect(batchTensors(images, [0]).x.shape).toEqual([1, 32, 32, 3]);
      const logits = (x: Parameters<ResNet['forward']>[0]) =>
        network.forward(x, { branch: 'adv', mode: 'eval' }).logits;
      const correct = await countCorrect(logits, images, indices, { batchSize: 16 });
      expect(correct / images.labels.length).toBe(result.runs[i].final!.clean);
      network.dispose();
    }
  });

  test(
    'when this engine trains the same, then losses, conflict and accuracies are the same',
    async () => {
      const { backend, device } = await initialiseBackend('wasm');
      const data = await loadDataset('synthetic', { environment: { cache: null } });
      // TRADES attacks from where its KL is nearly flat: rounding alone decides some signs there.
      const contestants = CONFIG.contestants.filter(({ method }) => method !== 'trades');
      const config = { ...CONFIG, contestants, repeats: 1 };
      const options = { runId: 'ours', backend, device, appVersion: '0', emit: () => {} };
      const race = new Race(config, data, options);
      const ours = await race.run();
      race.dispose();
      for (const run of ours.runs) {
        const theirs = result.runs.find(({ seed, label }) => seed === CONFIG.seed && label === run.label)!;
        run.curves.forEach((point, i) => {
          const other = theirs.curves[i];
          for (const key of [
            'step',
            'clean',
            'robust',
            'trainClean',
            'trainRobust',
            'heldOutRobust',
            'balance',
            'learningRate',
          ] as const)
            expect(other[key] ?? 0).toBeCloseTo(point[key] ?? 0, 9);
          expect(Math.abs((other.loss ?? 0) - (point.loss ?? 0))).toBeLessThan(1e-3);
          expect(other.featureDistance).toBeCloseTo(point.featureDistance!, 3);
        });
        run.gradientConflict.forEach((point, i) => {
          expect(theirs.gradientConflict[i].step).toBe(point.step);
          expect(Object.keys(theirs.gradientConflict[i].perLayer)).toEqual(Object.keys(point.perLayer));
        });
        const first = run.gradientConflict[0];
        if (first) expect(theirs.gradientConflict[0].cosine).toBeCloseTo(first.cosine, 3);
        expect(theirs.bn[0].layers.map(({ name }) => name)).toEqual(run.bn[0].layers.map(({ name }) => name));
        run.bn[0].layers.forEach((layer, i) => {
          for (const of of ['throughClean', 'throughAdv', 'runningDistance', 'affineDistance'] as const)
            expect(theirs.bn[0].layers[i][of]).toBeCloseTo(layer[of]!, 3);
        });
        // Verdicts by image are kept here alone.
        const { verdicts: _, ...final } = run.final!;
        expect(theirs.final).toEqual(final);
      }
    },
    PATIENCE,
  );

  test(
    'when the same is killed with SIGKILL and started again, then it goes on and ends with the same digits',
    async () => {
      const again = folder();
      const args = ['-m', 'scale.train', join(out, 'experiment.json'), '--out', again, '--job', '3'];
      const killed = await python(args, { killWhen: (said) => said.includes('epoch 2/3') });
      expect(killed.status).toBe(null);
      const job = '04-arat-swa-seed3';
      expect(readdirSync(join(again, job))).toEqual(['checkpoint.pt']);
      const { stderr, status } = await python(args);
      expect(stderr).toContain('goes on after epoch 2');
      expect(status).toBe(0);
      const [resumed, unbroken] = [again, out].map(
        (place) => opened(json(place, job, 'result.json')).runs[0],
      );
      expect(numbers(resumed)).toEqual(numbers(unbroken));
      const weights = (place: string) => readFileSync(join(place, job, 'weights.safetensors'));
      expect(weights(again).equals(weights(out))).toBe(true);
      const { stderr: third } = await python(args);
      expect(third).toContain('is complete');
      expect(third).not.toContain('epoch');
    },
    PATIENCE,
  );
});

// A minute on two cores: at length only, with ARAT_LONG=1.
describe.skipIf(WHY_NOT !== null || !process.env.ARAT_LONG)(
  'given the same experiment on one process and on two under torchrun',
  () => {
    interface Step {
      readonly job: string;
      readonly step: number;
      readonly loss: number;
    }

    test(
      'when they train, then the losses of the first 20 steps are the same, and the results are',
      async () => {
        const out = folder();
        const config: ExperimentConfig = {
          ...CONFIG,
          dataset: { ...CONFIG.dataset, trainSize: 168 },
          optimiser: { ...CONFIG.optimiser, batchSize: 8, epochs: 1 },
          conflictEvery: 7,
          contestants: [
            contestant('trades', {}, DEFAULT_SWITCHES),
            contestant('arat-swa', {}, DEFAULT_SWITCHES),
            contestant('arat', { invarianceWeight: 0 }, DEFAULT_SWITCHES),
          ],
          repeats: 1,
        };
        writeFileSync(join(out, 'experiment.json'), JSON.stringify(config));
        // In float64, so that a difference in what is computed shows: in float32, rounding decides the sign of some
        // gradients of the attack.
        const args = (name: string) => [
          ...['-m', 'scale.train', join(out, 'experiment.json'), '--precision', 'float64', '--device', 'cpu'],
          ...['--out', join(out, name), '--trace', join(out, `${name}.jsonl`)],
        ];
        const ended = await Promise.all([python(args('one')), python([...torchrun(2), ...args('two')])]);
        expect(ended.map(({ status }) => status)).toEqual([0, 0]);
        const steps = (name: string) =>
          readFileSync(join(out, `${name}.jsonl`), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Step);
        const [one, two] = [steps('one'), steps('two')];
        expect(two.map(({ job, step }) => [job, step])).toEqual(one.map(({ job, step }) => [job, step]));
        expect(one).toHaveLength(3 * 20);
        one.forEach(({ loss }, i) => expect(Math.abs(two[i].loss - loss)).toBeLessThan(1e-7));
        const [a, b] = ['one', 'two'].map((name) => opened(json(out, name, 'result.json')));
        expect([a.scale?.processes, b.scale?.processes]).toEqual([1, 2]);
        a.runs.forEach((run, i) => {
          expect(b.runs[i].final).toEqual(run.final);
          run.gradientConflict.forEach((point, k) =>
            expect(b.runs[i].gradientConflict[k].cosine).toBeCloseTo(point.cosine, 5),
          );
          run.bn[1].layers.forEach((layer, k) =>
            expect(b.runs[i].bn[1].layers[k].runningDistance).toBeCloseTo(layer.runningDistance, 6),
          );
        });
      },
      PATIENCE,
    );
  },
);
