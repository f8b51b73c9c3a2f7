/**
 * Notices a worker that hangs: one that no longer answers, or that answers and gets no further with its work. Counts
 * questions, not time, as a clock runs on while a computer sleeps.
 */
import { CATALOGUE } from '../methods/catalogue.ts';
import { networkCost } from '../nn/architecture.ts';
import { EVALUATION_BATCH } from '../settings/evaluation-batch.ts';
import type { LanePlan } from './lane.ts';

/** Between two questions to a worker. */
const HEARTBEAT_MS = 5_000;
/** For what takes time besides arithmetic: compilation, saving a state, a machine that is busy with other things. */
const LEAST_PATIENCE_MS = 60_000;
/** The slowest arithmetic that is not taken for a hang: a hundredth of a usual core's. */
const SLOWEST_GFLOPS = 0.25;

/**
 * How long the worker of a lane may be silent, in milliseconds: it does not answer within a step, nor within a batch of
 * an evaluation.
 */
export function patienceFor({ config, contestant }: LanePlan): number {
  const { network, dataset, optimiser, attack, evaluation } = config;
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  const passes = CATALOGUE[contestant.method].passes(attack.steps, contestant.switches, optimiser.epochs);
  const step = optimiser.batchSize * passes;
  const evaluated = EVALUATION_BATCH * (2 + 2 * evaluation.steps);
  return LEAST_PATIENCE_MS + (flopPerImage * Math.max(step, evaluated)) / (1e6 * SLOWEST_GFLOPS);
}

export class Watchdog {
  /** How long the worker may be silent, in milliseconds. */
  patienceMs = LEAST_PATIENCE_MS;
  private timer: ReturnType<typeof setInterval> | null = null;
  /** Questions asked since the last sign of progress. */
  private asked = 0;
  private lastWork: number | null = null;

  /** `giveUp` is called once, with the reason. */
  constructor(
    private readonly ask: () => void,
    private readonly giveUp: (why: string) => void,
    private readonly heartbeatMs = HEARTBEAT_MS,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.beat(), this.heartbeatMs);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private beat(): void {
    const silentMs = this.asked * this.heartbeatMs;
    if (silentMs >= this.patienceMs) {
      this.stop();
      return this.giveUp(`it made no progress for ${Math.round(silentMs / 1000)} s`);
    }
    this.asked++;
    this.ask();
  }

  /** The worker has answered. `work`: pieces of work that it has done; null while it waits to be told what to do. */
  answered(work: number | null): void {
    if (work === null || work !== this.lastWork) this.asked = 0;
    this.lastWork = work;
  }
}
