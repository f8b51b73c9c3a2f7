import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { contestant } from '../experiments/contestant.ts';
import type { EpochPoint, RunResult } from '../result/results.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import type { CrewOptions } from './crew.ts';
import type { RaceEnvironment } from './race.ts';
import { channelWorkers, onChannels } from './testing/channel-crew.ts';
import { clockless, keeper, tinyRace, type Watch } from './testing/tiny-race.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('trades'), contestant('arat')]);
const TWO_SEEDS: ExperimentConfig = { ...tinyConfig([contestant('at'), contestant('trades')]), repeats: 2 };

/** Of each of the configs without a fault, in turn. */
const undisturbed = new Map<ExperimentConfig, RunResult[]>();

async function inTurn(config: ExperimentConfig, more: Partial<RaceEnvironment> = {}) {
  const { race, events } = tinyRace(config, undefined, more);
  const result = await race.run();
  race.dispose();
  return { result, events };
}

async function onCores(
  config: ExperimentConfig,
  count: number,
  {
    watch,
    workers = channelWorkers(),
    crew,
    ...more
  }: Partial<RaceEnvironment> & {
    watch?: Watch;
    workers?: ReturnType<typeof channelWorkers>;
    crew?: Partial<CrewOptions>;
  } = {},
) {
  const executor = await onChannels(count, workers, crew);
  const { race, events } = tinyRace(config, watch, { executor, ...more });
  const result = await race.run();
  race.dispose();
  await networksGone();
  return { result, events, workers };
}

/** The networks of workers that have ended go a moment later. */
const networksGone = () => new Promise((resolve) => setTimeout(resolve, 50));
afterEach(networksGone);

const withoutTimes = (runs: readonly RunResult[]) =>
  JSON.stringify(runs.map((run) => ({ ...run, seconds: 0, imagesPerSecond: 0 })));

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
  for (const config of [CONFIG, TWO_SEEDS]) undisturbed.set(config, [...(await inTurn(config)).result.runs]);
});

describe('a race on several cores', () => {
  it.each([
    ['three contestants on two cores', CONFIG, 2],
    ['three contestants on three cores', CONFIG, 3],
    ['two seeds on three cores', TWO_SEEDS, 3],
  ])(
    'given %s, then the runs are those in turn to the last digit, no contestant reports an epoch before all of its seed have reported the one before the last, and nothing stays allocated',
    async (_, config, count) => {
      const expected = undisturbed.get(config)!;
      const before = tf.memory().numTensors;
      const epochs = new Map<string, number>();
      let lead = 0;
      const { result, events } = await onCores(config, count, {
        watch: (e) => {
          if (e.type !== 'epoch') return;
          epochs.set(`${e.seed} ${e.label}`, e.point.epoch);
          const reached = config.contestants.map((c) => epochs.get(`${e.seed} ${c.label}`) ?? -1);
          lead = Math.max(lead, Math.max(...reached) - Math.min(...reached));
        },
      });
      // Within an epoch in training; an epoch that is trained is reported once it has been evaluated.
      expect(lead).toBeLessThanOrEqual(2);
      expect(tf.memory().numTensors).toBe(before);
      expect(result.status).toBe('complete');
      expect(withoutTimes(result.runs)).toBe(withoutTimes(expected));
      const last = events.findLast((e) => e.type === 'progress');
      expect(last).toMatchObject({ stepsDone: last!.stepsTotal });
      expect(events.at(-1)).toMatchObject({ type: 'state', state: 'complete' });
    },
  );
});

describe('a race on several cores that is stopped', () => {
  it.each([
    ['in turn', 'on cores'],
    ['on cores', 'in turn'],
  ])(
    'given a race stopped %s, when it is resumed %s, then every number is that of a race never stopped',
    async (first, second) => {
      for (const config of [TWO_SEEDS]) {
        const expected = undisturbed.get(config)!;
        const { kept, checkpoints } = keeper();
        const stopAt: Watch = (e, race) => {
          if (e.type === 'epoch' && e.point.epoch === 1 && e.label === 'AT') race.control.stop();
        };
        const executor = async (how: string) => (how === 'on cores' ? await onChannels(2) : undefined);
        const cut = tinyRace(config, stopAt, { checkpoints, executor: await executor(first) });
        expect((await cut.race.run()).status).toBe('stopped');
        cut.race.dispose();
        const rest = tinyRace(config, undefined, { from: kept.at(-1), executor: await executor(second) });
        const result = await rest.race.run();
        rest.race.dispose();
        expect(result.status).toBe('complete');
        expect(clockless(result.runs)).toEqual(clockless(expected));
      }
    },
  );

  it('given checkpoints kept at any moment, when a race is resumed from each, then every number is that of a race never stopped', async () => {
    const expected = clockless(undisturbed.get(CONFIG)!);
    const { kept, checkpoints } = keeper();
    await onCores(CONFIG, 2, { checkpoints });
    // How many there are depends on the speed of the machine: at least one after each epoch.
    expect(kept.length).toBeGreaterThan(1);
    for (const from of kept.filter((_, i) => i % 3 === 1))
      expect(clockless((await inTurn(CONFIG, { from })).result.runs)).toEqual(expected);
  });

  it('given a pause and steps, then each contestant moves by one step at a time, and the models are at those steps', async () => {
    let announced: () => void = () => {};
    const paused = () => new Promise<void>((resolve) => (announced = resolve));
    const executor = await onChannels(2);
    const { race } = tinyRace(
      CONFIG,
      (e, r) => {
        if (e.type === 'epoch' && e.point.epoch === 0) r.control.pause();
        if (e.type === 'state' && e.state === 'paused') announced();
      },
      { executor },
    );
    const standing = paused();
    const done = race.run();
    await standing;
    const steps = async () => (await race.models()).map((t) => t.step);
    expect(await steps()).toEqual([0, 0, 0]);
    for (const expected of [1, 2, 3, 4, 5]) {
      const again = paused();
      race.control.allowStep();
      await again;
      expect(await steps()).toEqual([expected, expected, expected]);
    }
    race.control.resume();
    const result = await done;
    race.dispose();
    expect(withoutTimes(result.runs)).toBe(withoutTimes(undisturbed.get(CONFIG)!));
  });
});

describe('a race on several cores whose workers die', () => {
  /** Kills worker `n` when it has told of `step` steps. */
  const killing = (workers: ReturnType<typeof channelWorkers>, n: number, step: number): Watch => {
    let done = false;
    return (e) => {
      const told = workers.workers[n].said.at(-1);
      const reached = told?.type === 'tell' && told.message.type === 'progress' && told.message.step >= step;
      if (done || e.type === 'note' || !reached) return;
      done = true;
      workers.workers[n].kill('terminated');
    };
  };

  it.each([
    ['in the first evaluation', 0],
    ['within the second epoch', 6],
    ['in the final evaluation', 8],
  ])(
    'given a worker killed %s, then only its lane starts again, and the result is whole and equal (fault: lane-worker-killed)',
    async (_, step) => {
      const expected = undisturbed.get(CONFIG)!;
      const before = tf.memory().numTensors;
      const workers = channelWorkers();
      const { checkpoints, kept } = keeper();
      const { result, events } = await onCores(CONFIG, 2, {
        workers,
        watch: killing(workers, 1, step),
        checkpoints,
      });
      expect(tf.memory().numTensors).toBe(before);
      expect(workers.workers).toHaveLength(3);
      expect(result.status).toBe('complete');
      expect(withoutTimes(result.runs)).toBe(withoutTimes(expected));
      const notes = events.flatMap((e) => (e.type === 'note' ? [e.message] : []));
      expect(notes).toEqual([
        expect.stringMatching(/^The worker of \S+ died \(terminated\): it starts again from /),
      ]);
      expect(events.findLast((e) => e.type === 'progress')).toMatchObject({ stepsDone: 24, stepsTotal: 24 });
      expect(kept.length).toBeGreaterThan(0);
    },
  );

  it('given a lane whose workers find no memory again and again, then it ends with that reason, and the others have the numbers of a race without it (fault: lane-worker-out-of-memory)', async () => {
    const expected = await inTurn({
      ...CONFIG,
      contestants: CONFIG.contestants.filter((c) => c.label !== 'TRADES'),
    });
    const workers = channelWorkers();
    const watch: Watch = (e) => {
      if (e.type !== 'epoch' || e.label !== 'TRADES') return;
      const its = workers.workers.findLast((w) => {
        const turn = w.heard.findLast((m) => m.type === 'turn');
        return turn?.type === 'turn' && turn.plan.contestant.label === 'TRADES';
      });
      its!.kill('Aborted(OOM)');
    };
    const { result } = await onCores(CONFIG, 2, { workers, watch });
    expect(result.status).toBe('complete');
    const trades = result.runs.find((r) => r.label === 'TRADES')!;
    expect(trades.final).toBeNull();
    expect(trades.failure).toMatch(
      /^TRADES ran out of memory \(Aborted\(OOM\)\): train fewer contestants at a time/,
    );
    expect(workers.workers).toHaveLength(5);
    expect(withoutTimes(result.runs.filter((r) => r.label !== 'TRADES'))).toBe(
      withoutTimes(expected.result.runs),
    );
  });

  /** The worker that has just told this point of a curve. */
  const atWorkOn = (workers: ReturnType<typeof channelWorkers>, point: EpochPoint) =>
    workers.workers.find(({ said }) => {
      const told = said.at(-1);
      return told?.type === 'tell' && told.message.type === 'epoch' && told.message.point === point;
    })!;

  /** Far more than a step takes here, in turns of the event loop. */
  const IMPATIENT: Partial<CrewOptions> = { heartbeatMs: 10, silenceMs: () => 500 };

  it.each([
    ['no longer answers', false],
    ['answers and gets no further', true],
  ])(
    'given a worker that %s, then it is replaced, only its lane starts again, and the result is whole and equal (fault: lane-worker-hangs)',
    async (_, answers) => {
      const workers = channelWorkers();
      let hung = false;
      const watch: Watch = (e) => {
        if (hung || e.type !== 'epoch' || e.point.epoch !== 1) return;
        hung = true;
        atWorkOn(workers, e.point).hang(answers);
      };
      const { result, events } = await onCores(CONFIG, 2, { workers, watch, crew: IMPATIENT });
      expect(workers.workers).toHaveLength(3);
      expect(result.status).toBe('complete');
      expect(withoutTimes(result.runs)).toBe(withoutTimes(undisturbed.get(CONFIG)!));
      expect(events.flatMap((e) => (e.type === 'note' ? [e.message] : []))).toEqual([
        expect.stringMatching(
          /^The worker of \S+ died \(it made no progress for \d s\): it starts again from /,
        ),
      ]);
    },
  );

  it('given a lane whose workers hang each time, then it ends with that reason after the third, and the others are whole (fault: lane-worker-hangs)', async () => {
    const workers = channelWorkers();
    const watch: Watch = (e) => {
      if (e.type !== 'epoch' || e.label !== 'TRADES') return;
      atWorkOn(workers, e.point).hang(false);
    };
    const { result } = await onCores(CONFIG, 2, { workers, watch, crew: IMPATIENT });
    const failure = (label: string) => result.runs.find((r) => r.label === label)!.failure;
    expect(failure('TRADES')).toMatch(
      /^TRADES ended: its worker died 3 times in a row \(it made no progress for \d s\)\.$/,
    );
    expect([failure('AT'), failure('ARAT')]).toEqual([undefined, undefined]);
    expect(workers.workers).toHaveLength(5);
  });

  it('given a pause that lasts longer than a worker may be silent, then nothing is taken for a hang', async () => {
    const workers = channelWorkers();
    const watch: Watch = (e, race) => {
      if (e.type === 'epoch' && e.point.epoch === 0) race.control.pause();
      if (e.type === 'state' && e.state === 'paused') setTimeout(() => race.control.resume(), 700);
    };
    const { result } = await onCores(CONFIG, 2, { workers, watch, crew: IMPATIENT });
    expect(result.status).toBe('complete');
    expect(workers.workers).toHaveLength(2);
  });

  it('given that no worker can be started in place of those that died, then the race fails with the reason and can be resumed', async () => {
    const expected = undisturbed.get(CONFIG)!;
    const workers = channelWorkers((n) => (n > 1 ? 'no room for a thread' : null));
    const { checkpoints, kept } = keeper();
    const { result, events } = await onCores(CONFIG, 2, {
      workers,
      checkpoints,
      watch: (e) => {
        if (e.type === 'epoch' && e.point.epoch === 1)
          for (const w of workers.workers.slice(0, 2)) w.kill('terminated');
      },
    });
    expect(result.status).toBe('failed');
    expect(events.find((e) => e.type === 'error')).toMatchObject({
      message: 'No worker could be started again (no room for a thread).',
    });
    const resumed = await inTurn(CONFIG, { from: kept.at(-1) });
    expect(clockless(resumed.result.runs)).toEqual(clockless(expected));
  });

  it('given that none of the workers can be started at first, then starting a crew rejects with the reason', async () => {
    await expect(
      onChannels(
        2,
        channelWorkers(() => 'not allowed'),
      ),
    ).rejects.toThrow('not allowed');
  });

  it('given a contestant that diverges on its core, then it ends alone with its reason', async () => {
    const wild = contestant('arat', { invarianceWeight: 1000, metric: 'mse' });
    const config = { ...CONFIG, contestants: [CONFIG.contestants[0], wild, CONFIG.contestants[1]] };
    const expected = await inTurn(config);
    const { result, workers } = await onCores(config, 2);
    expect(expected.result.runs[1].failure).toMatch(/diverged/);
    expect(withoutTimes(result.runs)).toBe(withoutTimes(expected.result.runs));
    expect(workers.workers).toHaveLength(2);
  });
});
