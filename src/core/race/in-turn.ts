/**
 * Lanes in turn on one device: seed after seed, and within a seed one piece of work of each contestant after the
 * other, so that no contestant is ever more than one step ahead of another.
 */
import { stepCapture } from '../backend/step-capture.ts';
import type { Dataset } from '../data/dataset.ts';
import { subset } from '../data/subset.ts';
import type { Trainer } from '../training/trainer.ts';
import { RaceInterrupted, RaceStopped, type RaceControl } from './control.ts';
import { groupsOf, type Executor, type ExecutorHost, type ExecutorParts } from './executor.ts';
import { isOver, Lane, type LanePlan } from './lane.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';

export class InTurn implements Executor {
  /** The lanes of the seed at work, by their place among the plans. */
  private lanes = new Map<number, Lane>();
  private current!: Dataset;
  /** Places of the plans by seed, in order. */
  private readonly groups: number[][];
  private group: number;

  private readonly plans: readonly LanePlan[];
  private readonly dataset: Dataset;
  private readonly control: RaceControl;
  private readonly host: ExecutorHost;
  private readonly from?: readonly LaneCheckpoint[];

  /**
   * Throws one sentence when the data does not suffice or the checkpoint does not fit. Owns the networks of the seed
   * at work: `dispose`.
   */
  constructor({ plans, dataset, control, host, from }: ExecutorParts) {
    this.plans = plans;
    this.dataset = dataset;
    this.control = control;
    this.host = host;
    this.from = from;
    this.groups = groupsOf(plans);
    const unfinished = this.groups.findIndex((places) => places.some((i) => !from || !isOver(from[i].run)));
    this.group = unfinished < 0 ? this.groups.length - 1 : unfinished;
    this.begin();
  }

  get data(): Dataset {
    return this.current;
  }

  private get trainers(): Trainer[] {
    return [...this.lanes.values()].map((lane) => lane.trainer);
  }

  async models(): Promise<readonly Trainer[]> {
    for (const lane of this.lanes.values()) await lane.showModel();
    return this.trainers;
  }

  get epoch(): number {
    return Math.min(this.plans[0].config.optimiser.epochs, ...[...this.lanes.values()].map((l) => l.epoch));
  }

  /** Makes the lanes of the seed at work. */
  private begin(): void {
    const places = this.groups[this.group];
    this.current = subset(this.dataset, this.plans[places[0]].config);
    this.lanes = new Map();
    try {
      for (const i of places) {
        const from = this.from?.[i];
        // Over, and its models were not kept: the curves are all there is.
        if (from && from.trainer === null && isOver(from.run)) continue;
        const environment = {
          tell: (message: Parameters<ExecutorHost['tell']>[1]) => this.host.tell(i, message),
          pace: () => this.control.yieldPoint(),
        };
        this.lanes.set(i, new Lane(this.plans[i], this.current, environment, from));
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  async run(): Promise<void> {
    for (;;) {
      await this.compile();
      this.host.state('running');
      await this.trainGroup();
      if (this.group + 1 >= this.groups.length) return;
      this.dispose();
      this.group++;
      this.begin();
    }
  }

  /**
   * On a device that compiles programs: compiles all of them now, side by side, and not one by one in the first steps.
   */
  private async compile(): Promise<void> {
    const capture = stepCapture();
    if (!capture?.compilesAside) return;
    const rehearse = () => {
      for (const t of this.trainers) t.rehearse();
    };
    await capture.compile(rehearse, async (done, total) => {
      this.host.state('preparing', `Compiling GPU programs: ${done} of ${total}`);
      await this.control.yieldPoint();
    });
  }

  /** Lets the lanes that are furthest behind do their next piece of work, until none is left. */
  private async trainGroup(): Promise<void> {
    let finishing = false;
    for (;;) {
      const active = [...this.lanes].filter(([, lane]) => lane.next !== null);
      if (active.length === 0) return;
      const place = Math.min(...active.map(([, lane]) => lane.place));
      const due = active.filter(([, lane]) => lane.place === place);
      const work = new Set(due.map(([, lane]) => lane.next));
      if (work.has('step')) {
        // A round is one step of every contestant: they stay together also when a visitor pauses.
        await this.control.yieldPoint(true);
        await this.host.betweenSteps();
      }
      if (work.has('final') && !finishing) {
        finishing = true;
        this.host.state('evaluating', 'Final evaluation on the whole test subset');
      }
      for (const [i, lane] of due) await this.advance(i, lane);
      if (work.has('evaluate') && this.epoch > 0) await this.host.epochOver();
    }
  }

  private async advance(i: number, lane: Lane): Promise<void> {
    try {
      await lane.advance();
    } catch (error) {
      if (error instanceof RaceStopped || error instanceof RaceInterrupted) throw error;
      lane.tellTiming();
      await this.host.failed(i, error);
      this.lanes.delete(i);
      lane.dispose();
    }
    await this.control.yieldPoint();
  }

  async save(): Promise<ReadonlyMap<number, LaneCheckpoint>> {
    const saved = new Map<number, LaneCheckpoint>();
    for (const [i, lane] of this.lanes) {
      const state = await lane.save();
      saved.set(i, { run: this.host.runOf(i), ...state });
    }
    // Lanes of later seeds that several cores had begun.
    for (const i of this.groups.slice(this.group + 1).flat())
      if (this.from?.[i].trainer) saved.set(i, this.from[i]);
    return saved;
  }

  rest(): void {
    for (const lane of this.lanes.values()) {
      lane.trainer.rest();
      lane.tellTiming();
    }
  }

  dispose(): void {
    for (const lane of this.lanes.values()) lane.dispose();
    this.lanes = new Map();
  }
}
