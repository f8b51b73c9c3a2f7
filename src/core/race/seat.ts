/** One lane of a race on several cores, as its executor sees it. */
import type { RunResult } from '../result/results.ts';
import type { Member } from './crew.ts';
import { isOver, type LanePlan } from './lane.ts';
import type { LaneState } from './lane-protocol.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';
import type { LanePosition } from './schedule.ts';

export class Seat {
  /** Its last state: from there it starts again when its worker dies. Null before the first, and after a failure. */
  kept: LaneCheckpoint | null = null;
  /** Optimiser steps done, as its worker last said. */
  step = 0;
  /** Ended by its final result or by a failure. */
  over = false;
  /** The worker that trains it now. */
  member: Member | null = null;
  /** The worker that still has its networks, as they were at the end of its last turn. */
  residence: Member | null = null;
  /** Stands still within its turn because the race is paused. */
  held = false;
  /** Waits within its turn for slower lanes. */
  atLimit = false;
  /** The limit that its worker knows. */
  limit = 0;
  /** Rounds of steps that the visitor let through while the lane had no worker. */
  owed = 0;
  /** Deaths of its worker since it last ended a turn. */
  deaths = 0;
  private asked: (() => void)[] = [];

  constructor(
    readonly place: number,
    readonly group: number,
    readonly plan: LanePlan,
    private readonly stepsPerEpoch: number,
    from?: LaneCheckpoint,
  ) {
    if (!from) return;
    this.over = isOver(from.run);
    // A lane that is not over and has no state starts again.
    if (this.over || from.trainer) this.kept = from;
    this.step = from.trainer?.step ?? 0;
  }

  get epochs(): number {
    return this.plan.config.optimiser.epochs;
  }

  /** The last epoch that has been evaluated at `kept`; -1 before the first evaluation. */
  get evaluated(): number {
    return this.kept?.run.curves.at(-1)?.epoch ?? -1;
  }

  /** All its steps are done. */
  get trained(): boolean {
    return this.over || this.step >= this.stepsPerEpoch * this.epochs;
  }

  get position(): LanePosition {
    const { place, group, step, over } = this;
    const trains = !this.trained && this.evaluated >= Math.floor(step / this.stepsPerEpoch);
    return { place, group, step, over, trains, atWork: this.member !== null };
  }

  /** It has a model to look at. */
  get hasModel(): boolean {
    return !this.over || (this.kept !== null && this.kept.trainer !== null);
  }

  /** Keeps `state`, with what the lane had measured by then. */
  keep({ trainer, data }: LaneState, run: RunResult): void {
    this.kept = { run, trainer, data };
    this.answer();
  }

  /** Drops its weights, which nothing needs any more. */
  forget(): void {
    if (this.kept) this.kept = { ...this.kept, trainer: null, data: null };
  }

  /** After its worker died: goes back to where it was at `kept`. */
  rewind(): void {
    this.step = this.kept?.trainer?.step ?? 0;
    this.leave();
  }

  /** Takes its worker away. */
  leave(): void {
    this.member = null;
    this.held = this.atLimit = false;
    this.answer();
  }

  /** Resolves when its worker has sent a state, or has none to send. */
  askState(): Promise<void> {
    if (!this.member) return Promise.resolve();
    if (this.asked.length === 0) this.member.post({ type: 'save' });
    return new Promise((resolve) => this.asked.push(resolve));
  }

  private answer(): void {
    const { asked } = this;
    this.asked = [];
    for (const resolve of asked) resolve();
  }
}
