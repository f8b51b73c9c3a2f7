/**
 * Lanes side by side: each worker trains one lane at a time, and a free worker takes the lane that is furthest behind
 * (shift.ts). Whatever worker a lane is in, its numbers are the same. When a worker dies, its lane loses what
 * it did since its last state; the other lanes lose nothing.
 */
import type { Dataset } from '../data/dataset.ts';
import { shared } from '../data/shared.ts';
import { subset } from '../data/subset.ts';
import type { Trainer } from '../training/trainer.ts';
import type { Crew } from './crew.ts';
import { groupsOf, type Executor, type ExecutorParts } from './executor.ts';
import { LaneModels } from './lane-models.ts';
import { Lane } from './lane.ts';
import { stepsPerEpoch } from './progress.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';
import { Seat } from './seat.ts';
import { Shift } from './shift.ts';

export class OnCores implements Executor {
  private readonly seats: Seat[];
  private readonly subsets = new Map<number, Dataset>();
  private readonly shown = new LaneModels();

  /**
   * Throws one sentence when the data does not suffice or the checkpoint does not fit; the crew then stays the
   * caller's. Else `run` or `dispose` ends it.
   */
  constructor(
    private readonly crew: Crew,
    private readonly parts: ExecutorParts,
  ) {
    const { plans, from } = parts;
    const steps = stepsPerEpoch(plans[0].config);
    this.seats = groupsOf(plans).flatMap((places, group) =>
      places.map((i) => new Seat(i, group, plans[i], steps, from?.[i])),
    );
    this.dataOf(this.group);
    for (const seat of this.seats) this.checkState(seat);
  }

  /** Throws where the lane's state is not one of this race. */
  private checkState({ plan, group, kept }: Seat): void {
    if (!kept?.trainer) return;
    new Lane(plan, this.dataOf(group), { tell: () => {}, pace: async () => {} }, kept).dispose();
  }

  /** The first seed with a lane that is not over, or the last. */
  private get group(): number {
    return (this.seats.find((s) => !s.over) ?? this.seats.at(-1)!).group;
  }

  private get current(): Seat[] {
    const { group } = this;
    return this.seats.filter((s) => s.group === group);
  }

  private dataOf(group: number): Dataset {
    let data = this.subsets.get(group);
    if (!data) {
      const { config } = this.seats.find((s) => s.group === group)!.plan;
      data = shared(subset(this.parts.dataset, config));
      this.subsets.set(group, data);
    }
    return data;
  }

  get data(): Dataset {
    return this.dataOf(this.group);
  }

  get epoch(): number {
    const seats = this.current.filter((s) => s.hasModel);
    const steps = stepsPerEpoch(this.seats[0].plan.config);
    return Math.min(this.seats[0].epochs, ...seats.map((s) => Math.floor(s.step / steps)));
  }

  run(): Promise<void> {
    const { control, host } = this.parts;
    const shift = new Shift(this.crew, this.seats, {
      control,
      host,
      dataOf: (group) => this.dataOf(group),
      // Frees what only finished seeds needed.
      groupOver: () => {
        const { group } = this;
        for (const seat of this.seats) if (seat.group < group) seat.forget();
        for (const known of this.subsets.keys()) if (known < group) this.subsets.delete(known);
      },
    });
    return shift.run();
  }

  async save(): Promise<ReadonlyMap<number, LaneCheckpoint>> {
    await Promise.all(this.seats.map((seat) => seat.askState()));
    return new Map(this.seats.flatMap((s) => (s.kept ? [[s.place, s.kept] as const] : [])));
  }

  async models(): Promise<readonly Trainer[]> {
    const { control } = this.parts;
    const { data } = this;
    const seats = this.current.filter((s) => s.hasModel);
    if (!control.isHeld) await Promise.all(seats.map((seat) => seat.askState()));
    this.shown.keep(seats.map((s) => s.place));
    const models: Trainer[] = [];
    for (const { place, plan, kept } of seats)
      models.push(await this.shown.show(place, plan, data, kept, !control.isHeld));
    return models;
  }

  rest(): void {
    // Nothing to do: the workers end with `run`, and have reported by then how long their steps took.
  }

  dispose(): void {
    this.crew.close();
    this.shown.dispose();
  }
}
