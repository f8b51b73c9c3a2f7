/** Progress of a race in time: work done against work planned, measured while it runs. */
import type { ExperimentConfig } from '../settings/config.ts';
import type { RaceEvent } from './events.ts';
import type { Trainer } from './trainer.ts';

/** Not more often than four times a second. */
const INTERVAL_MS = 250;

/** Which of the races of a series this is, counted from 0, and of how many: all of one length. */
export interface SeriesPart {
  readonly index: number;
  readonly of: number;
}

export type ProgressEvent = Omit<Extract<RaceEvent, { type: 'progress' }>, 'type' | 'runId'>;

export class Progress {
  /** Steps of before a race that goes on from a checkpoint: they took no time here. */
  private readonly stepsBefore: number;
  private stepsDone: number;
  private readonly stepsTotal: number;
  private evaluationsDone = 0;
  private readonly evaluationsTotal: number;
  private readonly evaluationsPerRace: number;
  /** Milliseconds spent in each kind of work, pauses left out. */
  private spent = { train: 0, evaluate: 0 };
  private last = performance.now();
  private lastSent = -Infinity;
  private images = 0;

  constructor(
    private readonly config: ExperimentConfig,
    trainers: readonly Trainer[],
    private readonly send: (p: ProgressEvent) => void,
    private readonly part: SeriesPart = { index: 0, of: 1 },
  ) {
    this.stepsBefore = trainers.reduce((sum, t) => sum + t.step, 0);
    this.stepsDone = this.stepsBefore;
    this.stepsTotal = trainers.reduce((sum, t) => sum + t.totalSteps, 0);
    const batches = (n: number) => 2 * Math.ceil(n / 128);
    const { evaluation, dataset, optimiser } = config;
    const perContestant =
      (optimiser.epochs + 1) * batches(Math.min(evaluation.n, dataset.testSize)) + batches(dataset.testSize);
    const share = 1 - this.stepsBefore / Math.max(1, this.stepsTotal);
    this.evaluationsPerRace = trainers.length * perContestant;
    this.evaluationsTotal = Math.ceil(this.evaluationsPerRace * share);
  }

  /** Time that passes while the race is paused is not work. */
  pause(_paused: boolean): void {
    this.last = performance.now();
  }

  /** After one training step of a contestant. */
  trained(epoch: number, t: Trainer): void {
    this.spend('train');
    this.stepsDone++;
    this.images += this.config.optimiser.batchSize;
    this.report(epoch, t, 'train');
  }

  /** After one batch of an evaluation. */
  evaluated(epoch: number, t: Trainer): void {
    this.spend('evaluate');
    this.evaluationsDone++;
    this.report(epoch, t, 'evaluate');
  }

  private spend(kind: 'train' | 'evaluate'): void {
    const now = performance.now();
    this.spent[kind] += now - this.last;
    this.last = now;
  }

  private secondsLeft(): number | null {
    // The first steps compile kernels: no estimate from them.
    const stepsHere = this.stepsDone - this.stepsBefore;
    if (stepsHere < 4) return null;
    const perStep = this.spent.train / stepsHere;
    const perEvaluation = this.evaluationsDone > 0 ? this.spent.evaluate / this.evaluationsDone : perStep;
    const racesLeft = this.part.of - 1 - this.part.index;
    const stepsLeft = this.stepsTotal - this.stepsDone + racesLeft * this.stepsTotal;
    const evaluationsLeft =
      Math.max(0, this.evaluationsTotal - this.evaluationsDone) + racesLeft * this.evaluationsPerRace;
    const left = stepsLeft * perStep + evaluationsLeft * perEvaluation;
    return left / 1000;
  }

  private report(epoch: number, t: Trainer, phase: 'train' | 'evaluate'): void {
    if (this.last - this.lastSent < INTERVAL_MS && this.stepsDone < this.stepsTotal) return;
    this.lastSent = this.last;
    this.send({
      epoch,
      step: t.step,
      stepsDone: this.part.index * this.stepsTotal + this.stepsDone,
      stepsTotal: this.part.of * this.stepsTotal,
      contestant: t.contestant.label,
      phase,
      imagesPerSecond: this.spent.train > 0 ? (1000 * this.images) / this.spent.train : 0,
      secondsLeft: this.secondsLeft(),
      loss: t.lastLoss,
    });
  }
}
