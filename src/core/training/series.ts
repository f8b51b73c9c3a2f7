/** A race over one or more seeds: race after race on the same data, told and kept as one. */
import type { ExperimentConfig } from '../settings/config.ts';
import type { Dataset } from '../data/dataset.ts';
import type { RaceResult, RunResult } from '../result/results.ts';
import { RaceControl } from './control.ts';
import type { RaceEvent } from './events.ts';
import { Race, type RaceEnvironment } from './race.ts';
import type { RaceCheckpoint } from './race-checkpoint.ts';

/** The config of one race of the series: seed + index, once. */
export function configOfRepeat(config: ExperimentConfig, index: number): ExperimentConfig {
  return { ...config, seed: config.seed + index, repeats: 1 };
}

export class Series {
  /** Pauses, steps and stops whichever race is on. */
  readonly control = new RaceControl();
  /** Runs of the seeds that are over, in order. */
  private earlier: readonly RunResult[];
  private index: number;
  private current: Race;

  /**
   * Runs `config` with seeds `seed`, `seed + 1`, ..., `seed + repeats - 1`. Throws one sentence when the data does not suffice or the
   * checkpoint does not fit. Owns the networks of the race that is on, which stay for viewer and judge after the last: `dispose`.
   */
  constructor(
    readonly config: ExperimentConfig,
    private readonly data: Dataset,
    private readonly environment: Omit<RaceEnvironment, 'control' | 'part'>,
  ) {
    const { from } = environment;
    if (from && JSON.stringify(from.config) !== JSON.stringify(config))
      throw new Error(
        'The interrupted race cannot go on: its settings are others. Start it again with Train.',
      );
    this.earlier = from?.earlier ?? [];
    this.index = this.earlier.length / config.contestants.length;
    if (!Number.isInteger(this.index) || this.index >= config.repeats)
      throw new Error(
        'The interrupted race cannot go on: parts of it are missing. Start it again with Train.',
      );
    this.current = this.start(from);
  }

  /** The race that is on, or the last: its trained models are at hand. */
  get race(): Race {
    return this.current;
  }

  private start(from?: RaceCheckpoint): Race {
    const { checkpoints } = this.environment;
    const config = configOfRepeat(this.config, this.index);
    return new Race(config, this.data, {
      ...this.environment,
      control: this.control,
      part: { index: this.index, of: this.config.repeats },
      emit: (event) => this.pass(event),
      from: from && { ...from, config },
      checkpoints: checkpoints && {
        ...checkpoints,
        keep: (checkpoint) => checkpoints.keep(this.whole(checkpoint)),
      },
    });
  }

  /** A checkpoint of the race that is on, as one of the series. */
  private whole(checkpoint: RaceCheckpoint): RaceCheckpoint {
    if (this.config.repeats === 1) return checkpoint;
    const { stepsDone, stepsTotal } = checkpoint;
    return {
      ...checkpoint,
      config: this.config,
      stepsDone: this.index * stepsTotal + stepsDone,
      stepsTotal: this.config.repeats * stepsTotal,
      earlier: this.earlier,
    };
  }

  /** Without repeats runs and events stay as they are: the config's seed is theirs. */
  private get seed(): { seed?: number } {
    return this.config.repeats === 1 ? {} : { seed: this.config.seed + this.index };
  }

  private withSeed(runs: readonly RunResult[]): RunResult[] {
    return runs.map((run) => ({ ...run, ...this.seed }));
  }

  private pass(event: RaceEvent): void {
    const { emit } = this.environment;
    switch (event.type) {
      case 'epoch':
      case 'conflict':
      case 'bn':
      case 'final':
      case 'progress':
        return emit({ ...event, ...this.seed });
      case 'restored':
        return emit({ ...event, runs: [...this.earlier, ...this.withSeed(event.runs)] });
      case 'result':
        return;
      case 'state':
        // That one seed's race is over is not the end; `run` says when it is.
        if (event.state === 'complete' || event.state === 'stopped' || event.state === 'failed') return;
        return emit(event);
      default:
        return emit(event);
    }
  }

  /** Trains every seed to its end, or to the first that stops or fails. As `Race.run`, with the runs of all seeds in the result. */
  async run(): Promise<RaceResult> {
    let last: RaceResult;
    for (;;) {
      last = await this.current.run();
      if (last.status !== 'complete' || this.index + 1 >= this.config.repeats) break;
      this.earlier = [...this.earlier, ...this.withSeed(last.runs)];
      this.index++;
      const over = this.current;
      this.current = this.start();
      over.dispose();
    }
    const { emit, runId } = this.environment;
    const result = {
      ...last,
      config: this.config,
      runs: [...this.earlier, ...this.withSeed(last.runs)],
    };
    emit({ type: 'result', runId, result });
    emit({ type: 'state', runId, state: result.status });
    return result;
  }

  dispose(): void {
    this.current.dispose();
  }
}
