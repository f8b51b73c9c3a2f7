import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { contestant } from '../experiments/contestant.ts';
import { inspectWeights, readOwnModel } from '../nn/own-model.ts';
import { blobFile, readSafetensors } from '../nn/safetensors.ts';
import { fileDigest, startWeights, type StartWeights } from '../nn/start-weights.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import type { RunResult } from '../result/results.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { exportedModel } from '../training/exported-model.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { Crew } from './crew.ts';
import { OnCores } from './on-cores.ts';
import { openCheckpoint } from './race-checkpoint.ts';
import { channelWorkers } from './testing/channel-crew.ts';
import { clockless, keeper, tinyRace } from './testing/tiny-race.ts';

const METHODS = ['at', 'trades', 'arat', 'arat-swa', 'lbgat'] as const;
const CONFIG = tinyConfig(METHODS.map((id) => contestant(id)));
const FEW = tinyConfig([contestant('at'), contestant('arat')]);

/** The weights that one contestant has after its training, as a file. */
async function trained(
  id: (typeof METHODS)[number],
): Promise<{ start: StartWeights; run: RunResult; file: Uint8Array }> {
  const { race } = tinyRace(tinyConfig([contestant(id)]));
  const [run] = (await race.run()).runs;
  const { network: file } = await exportedModel((await race.models())[0]);
  race.dispose();
  const source = blobFile(new File([Uint8Array.from(file)], `${id}.safetensors`));
  const inspected = await inspectWeights(source);
  const model = await readOwnModel(source, inspected, inspected.defaults);
  const start = startWeights(source, (await fileDigest(source))!, '', inspected, model);
  return { start, run, file };
}

const from = (config: ExperimentConfig, { file, sha256, prefix }: StartWeights): ExperimentConfig => ({
  ...config,
  start: { file, sha256, prefix },
});

describe('training that starts from weights', () => {
  let plain: Awaited<ReturnType<typeof trained>>;
  let split: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    plain = await trained('at');
    split = await trained('arat');
  });

  it('given a trained model, then before the first step every method is as good as that model, and the result names it', async () => {
    for (const { start, run } of [plain, split]) {
      const config = from({ ...CONFIG, evaluation: { ...CONFIG.evaluation, n: 8 } }, start);
      const { race } = tinyRace(config, undefined, { start });
      const result = await race.run();
      race.dispose();
      for (const { curves } of result.runs) expect(curves[0].clean).toBe(run.final!.clean);
      expect(parseRaceResult(JSON.parse(JSON.stringify(result))).config.start).toEqual(config.start);
    }
  });

  it.each(['at', 'arat'] as const)(
    'given weights with one or two BatchNorm sets, when %s starts from them, then shared weights are equal and each set is one of the file',
    async (id) => {
      for (const { start, file } of [plain, split]) {
        const { race } = tinyRace(from(tinyConfig([contestant(id)]), start), undefined, { start });
        const [trainer] = await race.models();
        const now = readSafetensors((await exportedModel(trainer)).network);
        race.dispose();
        const before = readSafetensors(file);
        const plainName = (name: string) =>
          name
            .replace(/\.(clean|adv)\./, '.')
            .replace('shortcut_bn', 'shortcut.1')
            .replace('shortcut.weight', 'shortcut.0.weight');
        const values = (name: string) => {
          if (before.has(name)) return before.get(name)!.data;
          const same = [...before.keys()].find(
            (n) => plainName(n) === plainName(name) && !n.includes('.clean.'),
          );
          return before.get(same!)!.data;
        };
        for (const [name, { data }] of now)
          if (!name.endsWith('num_batches_tracked')) expect(data, name).toEqual(values(name));
      }
    },
  );

  it('given weights, when lanes train on cores, then the numbers are those of lanes in turn, and other than from random weights', async () => {
    const { start } = split;
    const config = from(FEW, start);
    const inTurn = tinyRace(config, undefined, { start });
    const expected = clockless((await inTurn.race.run()).runs);
    inTurn.race.dispose();
    const { open } = channelWorkers();
    const crew = await Crew.start(2, { open, backend: 'wasm', arithmetic: 'wasm-separate' });
    const onCores = tinyRace(config, undefined, { start, executor: (parts) => new OnCores(crew, parts) });
    expect(clockless((await onCores.race.run()).runs)).toEqual(expected);
    onCores.race.dispose();
    const random = tinyRace(FEW);
    expect(clockless((await random.race.run()).runs)).not.toEqual(expected);
    random.race.dispose();
  });

  it('given a race over seeds that was stopped in its first, when resumed without the file, then it ends with the same numbers', async () => {
    const { start } = plain;
    const config = from({ ...tinyConfig([contestant('at')]), repeats: 2 }, start);
    const whole = tinyRace(config, undefined, { start });
    const expected = clockless((await whole.race.run()).runs);
    whole.race.dispose();
    const { kept, checkpoints } = keeper();
    const cut = tinyRace(
      config,
      (e, race) => e.type === 'epoch' && e.point.epoch === 1 && race.control.stop(),
      {
        start,
        checkpoints,
      },
    );
    expect((await cut.race.run()).status).toBe('stopped');
    cut.race.dispose();
    const resumed = tinyRace(config, undefined, { from: openCheckpoint(kept.at(-1)), checkpoints });
    expect(clockless((await resumed.race.run()).runs)).toEqual(expected);
    resumed.race.dispose();
    // Once every lane has begun, a state needs the weights no more.
    expect(kept.at(-1)!.start).toBeUndefined();
  });

  it.each<[string, (config: ExperimentConfig) => ExperimentConfig, RegExp]>([
    [
      'width',
      (c) => ({ ...c, network: { ...c.network, width: 3 } }),
      /differs: width 2 in the file, 3 in the settings\. Change these settings/,
    ],
    [
      'blocks',
      (c) => ({ ...c, network: { ...c.network, blocks: [1, 2] } }),
      /blocks 1, 1, 1 in the file, 1, 2 in/,
    ],
    [
      'family',
      (c) => ({ ...c, network: { ...c.network, family: 'wide' } }),
      /architecture resnet in the file, wide/,
    ],
    [
      'stride',
      (c) => ({ ...c, network: { ...c.network, stemStride: 1 } }),
      /stride of the first layer 2 in the file, 1/,
    ],
    [
      'input',
      (c) => ({ ...c, network: { ...c.network, inputScale: 0 } }),
      /\(x − 0.5\) × 4 in the file, the pixels/,
    ],
    [
      'classes',
      (c) => ({ ...c, dataset: { ...c.dataset, classes: [0, 1, 2] } }),
      /classes 2 in the file, 3 in/,
    ],
    [
      'digest',
      (c) => ({ ...c, start: { ...c.start!, sha256: '0'.repeat(64) } }),
      /at\.safetensors \(SHA-256 000000000000…\), and that file is not open/,
    ],
  ])(
    'given weights that do not fit in %s, then a sentence says so before anything is trained',
    (_, change, sentence) => {
      const { start } = plain;
      const attempt = () =>
        tinyRace(change(from(tinyConfig([contestant('at')]), start)), undefined, { start });
      expect(attempt).toThrow(sentence);
      expect(attempt).not.toThrow(/\n/);
    },
  );

  it('given settings that name weights and no file, then a sentence asks for it', () => {
    expect(() => tinyRace(from(CONFIG, plain.start))).toThrow(
      /^Training starts from the weights in at\.safetensors .*: open it first\.$/,
    );
  });
});
