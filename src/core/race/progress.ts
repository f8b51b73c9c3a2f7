/** Progress of a race in time: work done against work planned, over all lanes, measured while it runs. */
import { epochsOf } from '../experiments/epochs.ts';
import { trainedImages } from '../experiments/passes.ts';
import { imagesForSets, imagesPerEstimate } from '../experiments/cost.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { batchesOf } from '../data/batches.ts';
import { evaluationBatches } from './evaluation.ts';
import type { LaneName, LaneProgress, RaceEvent } from './events.ts';

/** Not more often than four times a second over the contestants of a seed. */
const INTERVAL_MS = 250;

export type ProgressEvent = Omit<Extract<RaceEvent, { type: 'progress' }>, 'type' | 'runId'>;

export const stepsPerEpoch = (config: ExperimentConfig): number =>
  batchesOf(trainedImages(config), config.optimiser);

/** Steps of a lane whose settings have its number of epochs (`LanePlan.config`). */
export const laneSteps = (config: ExperimentConfig): number =>
  stepsPerEpoch(config) * config.optimiser.epochs;

/** Batches that the evaluations of such a lane ask for. */
function laneEvaluations(config: ExperimentConfig): number {
  const { dataset, optimiser, contestants } = config;
  const images = Object.values(imagesPerEstimate(config));
  const afterEpoch = images.reduce((sum, n) => sum + evaluationBatches(n), 0);
  const sets = evaluationBatches(imagesForSets(config, contestants[0]));
  return (optimiser.epochs + 1) * afterEpoch + evaluationBatches(dataset.testSize) + sets;
}

export class Progress {
  /** Steps done before this race was resumed: they took no time here. */
  private readonly stepsBefore: number;
  /** By lane. */
  private readonly steps: number[];
  private done: number;
  private total: number;
  private evaluationsDone = 0;
  private evaluationsTotal: number;
  /** Milliseconds spent in each kind of work, pauses left out. */
  private spent = { train: 0, evaluate: 0 };
  private last = performance.now();
  /** When progress of each lane was last sent. */
  private readonly lastSent = new Map<number, number>();
  private images = 0;
  /** On average, where the last batch of an epoch is smaller. */
  private readonly imagesPerStep: number;
  private paused = false;
  /** Sends the last step, if it came too soon after the one before to be sent at once. */
  private withheld: (() => void) | null = null;

  /** `before`: steps that each lane has done already. */
  constructor(
    private readonly config: ExperimentConfig,
    before: readonly number[],
    private readonly send: (p: ProgressEvent) => void,
  ) {
    this.steps = [...before];
    this.imagesPerStep = Math.min(config.optimiser.batchSize, trainedImages(config) / stepsPerEpoch(config));
    this.stepsBefore = before.reduce((a, b) => a + b, 0);
    this.done = this.stepsBefore;
    const lanes = before.map((_, i) => this.laneConfig(i));
    this.total = lanes.reduce((sum, lane) => sum + laneSteps(lane), 0);
    const share = 1 - this.stepsBefore / Math.max(1, this.total);
    const evaluations = lanes.reduce((sum, lane) => sum + laneEvaluations(lane), 0);
    this.evaluationsTotal = Math.ceil(evaluations * share);
  }

  /**
   * The settings with the contestant of lane `lane` alone, and its number of epochs; lanes are in the order of seeds
   * and contestants.
   */
  private laneConfig(lane: number): ExperimentConfig {
    const { contestants, optimiser } = this.config;
    const contestant = contestants[lane % contestants.length];
    const epochs = epochsOf(this.config, contestant);
    return { ...this.config, optimiser: { ...optimiser, epochs }, contestants: [contestant] };
  }

  /** Steps of all lanes. */
  get stepsDone(): number {
    return this.done;
  }

  /** Steps of all lanes that are planned: less where lanes have ended before their time. */
  get stepsTotal(): number {
    return this.total;
  }

  /** A pause is not work, so its time does not count. Sends what was withheld: a paused race shows its last step. */
  pause(paused: boolean): void {
    this.last = performance.now();
    this.paused = paused;
    if (paused) this.withheld?.();
    this.withheld = null;
  }

  /** A lane starts again with `step` steps done: the steps since then are done once more. */
  restarted(lane: number, step: number): void {
    this.done -= this.steps[lane] - step;
    this.steps[lane] = step;
  }

  /** A lane has ended early: its remaining steps are no longer planned. */
  dropped(lane: number): void {
    const config = this.laneConfig(lane);
    const left = laneSteps(config) - this.steps[lane];
    this.total -= left;
    const share = left / Math.max(1, laneSteps(config));
    this.evaluationsTotal -= Math.floor(share * laneEvaluations(config));
  }

  /** After one training step, or one batch of an evaluation, of a lane. */
  worked(lane: number, { label, seed }: LaneName, { phase, epoch, step, loss }: LaneProgress): void {
    const now = performance.now();
    this.spent[phase] += now - this.last;
    this.last = now;
    if (phase === 'train') {
      this.done++;
      this.steps[lane]++;
      this.images += this.imagesPerStep;
    } else this.evaluationsDone++;
    // Lanes that run side by side report in turn.
    const interval = INTERVAL_MS * this.config.contestants.length;
    const soon = now - (this.lastSent.get(lane) ?? -Infinity) < interval;
    const tell = () => {
      this.lastSent.set(lane, now);
      this.send({
        epoch,
        step,
        ...(seed === undefined ? {} : { seed }),
        stepsDone: this.done,
        stepsTotal: this.total,
        contestant: label,
        phase,
        imagesPerSecond: this.spent.train > 0 ? (1000 * this.images) / this.spent.train : 0,
        secondsLeft: this.secondsLeft(),
        loss,
      });
    };
    if (soon && !this.paused && this.done < this.total) this.withheld = tell;
    else {
      this.withheld = null;
      tell();
    }
  }

  private secondsLeft(): number | null {
    // The first steps compile kernels: no estimate from them.
    const stepsHere = this.done - this.stepsBefore;
    if (stepsHere < 4) return null;
    const perStep = this.spent.train / stepsHere;
    const perEvaluation = this.evaluationsDone > 0 ? this.spent.evaluate / this.evaluationsDone : perStep;
    const evaluationsLeft = Math.max(0, this.evaluationsTotal - this.evaluationsDone);
    return ((this.total - this.done) * perStep + evaluationsLeft * perEvaluation) / 1000;
  }
}
