/** One run of a race's lanes on the workers of a crew: gives turns, takes reports, replaces workers that die. */
import type { Dataset } from '../data/dataset.ts';
import { errorMessage, withoutFullStop } from '../error-message.ts';
import { Diverged } from '../analysis/diverged.ts';
import { RaceStopped, type Command, type RaceControl } from './control.ts';
import type { Crew, Member } from './crew.ts';
import { LaneEnded, type ExecutorHost } from './executor.ts';
import { whyEnded } from './lane-death.ts';
import type { FromLaneWorker } from './lane-protocol.ts';
import { stepsPerEpoch } from './progress.ts';
import { limitOf, waitingLanes } from './schedule.ts';
import type { Seat } from './seat.ts';

/** How often a lane starts again when its workers die without finishing a turn in between. */
const RESTARTS = 2;

export interface ShiftParts {
  readonly control: RaceControl;
  readonly host: ExecutorHost;
  /** The subset of the dataset for a seed. */
  readonly dataOf: (group: number) => Dataset;
  /** Called when a lane is over; its seed may be, too. */
  readonly groupOver: () => void;
}

export class Shift {
  private readonly stepsPerEpoch: number;
  /** The seed whose data a worker has. */
  private readonly dataOf = new Map<Member, number>();
  private readonly free = new Set<Member>();
  /** Workers being started in place of dead ones. */
  private hiring = 0;
  /** The race is paused, no lane moves, and the control has been told. */
  private still = false;
  private evaluating = false;
  private lastEpoch = '';
  private keeping: Promise<void> = Promise.resolve();
  private keepingNow = false;
  private ended = false;
  private settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };

  constructor(
    private readonly crew: Crew,
    private readonly seats: readonly Seat[],
    private readonly parts: ShiftParts,
  ) {
    this.stepsPerEpoch = stepsPerEpoch(seats[0].plan.config);
  }

  /** Until every lane is over. Rejects as `Executor.run`. The crew has been closed when this settles. */
  async run(): Promise<void> {
    const { control, host } = this.parts;
    const unlisten = control.listen((command) => this.obey(command));
    const end = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));
    try {
      host.state('running');
      for (const member of this.crew.members) this.employ(member);
      this.obey(control.isStopped ? 'stop' : 'pause');
      this.dispatch();
      await end;
    } finally {
      this.ended = true;
      unlisten();
      this.crew.close();
      for (const seat of this.seats) seat.leave();
      await this.keeping;
    }
  }

  private employ(member: Member): void {
    member.onDeath = (why) => this.lost(member, why);
    this.free.add(member);
    if (member.dead !== null) this.lost(member, member.dead);
  }

  private get atWork(): Seat[] {
    return this.seats.filter((s) => s.member !== null);
  }

  private obey(command: Command): void {
    const { control } = this.parts;
    if (command === 'interrupt' || control.interrupted !== null)
      return this.settle.reject(thrownBy(() => control.throwIfEnded()));
    if (command === 'pause' && !control.isPaused) return;
    for (const { member } of this.atWork) member!.post({ type: command });
    if (command === 'step') {
      this.still = false;
      for (const seat of this.seats) if (!seat.over && !seat.member) seat.owed++;
    }
    if (command === 'resume') {
      for (const seat of this.seats) seat.owed = 0;
      if (this.still) control.onPause(false);
      this.still = false;
    }
    this.dispatch();
  }

  /** Gives free workers their lanes; finds out whether the race is over, or stands still. */
  private dispatch(): void {
    const { control } = this.parts;
    if (this.ended) return;
    if (this.seats.every((s) => s.over)) return this.settle.resolve();
    if (control.isStopped) {
      if (this.atWork.length === 0) this.settle.reject(new RaceStopped());
      return;
    }
    while (this.free.size > 0) {
      const waiting = this.waiting();
      if (waiting.length === 0) break;
      this.begin(waiting[0], this.memberFor(waiting));
    }
    this.raiseLimits();
    this.tellStill();
  }

  /** The lanes that a free worker could train now, the first choice first. */
  private waiting(): Seat[] {
    if (this.parts.control.isPaused) return this.seats.filter((s) => !s.over && !s.member && s.owed > 0);
    const positions = this.seats.map((s) => s.position);
    return waitingLanes(positions, this.stepsPerEpoch).map(({ place }) => this.seatAt(place));
  }

  private seatAt(place: number): Seat {
    return this.seats.find((s) => s.place === place)!;
  }

  /** A free worker for the first lane: the one that holds its networks; else one that holds no other waiting lane's. */
  private memberFor([first, ...others]: readonly Seat[]): Member {
    if (first.residence && this.free.has(first.residence)) return first.residence;
    const wanted = new Set(others.map((s) => s.residence));
    const members = [...this.free];
    return members.find((m) => !wanted.has(m)) ?? members[0];
  }

  private begin(seat: Seat, member: Member): void {
    const { group, plan, kept } = seat;
    const resident = seat.residence === member;
    const { start: _, ...begun } = plan;
    const hasData = this.dataOf.get(member) === group;
    for (const other of this.seats) if (other.residence === member) other.residence = null;
    this.free.delete(member);
    this.dataOf.set(member, group);
    seat.member = seat.residence = member;
    seat.limit = this.limitOf(seat);
    member.onMessage = (message) => this.hear(seat, member, message);
    this.crew.watch(member, plan);
    member.post({
      type: 'turn',
      // The weights that it started from are large, and no longer needed once it has begun.
      plan: kept || resident ? begun : plan,
      data: hasData ? null : this.parts.dataOf(group),
      from: resident ? 'resident' : kept,
      limit: seat.limit,
      rounds: this.parts.control.isPaused ? seat.owed : null,
    });
    seat.owed = 0;
  }

  private limitOf({ group }: Seat): number {
    const positions = this.seats.map((s) => s.position);
    return limitOf(positions, group, this.stepsPerEpoch);
  }

  /** Raises limits as the slowest lane advances. A lane at its limit gives up its worker if another lane can use it. */
  private raiseLimits(): void {
    for (const seat of this.atWork) {
      const limit = this.limitOf(seat);
      if (limit > seat.limit) {
        seat.limit = limit;
        seat.atLimit = false;
        seat.member!.post({ type: 'limit', limit });
      } else if (seat.atLimit && this.free.size === 0 && this.waiting().length > 0) {
        seat.atLimit = false;
        seat.member!.post({ type: 'endTurn' });
      }
    }
  }

  private tellStill(): void {
    const { control } = this.parts;
    const moving = this.atWork.some((s) => !s.held) || this.seats.some((s) => s.owed > 0);
    if (!control.isPaused || moving || this.still) return;
    this.still = true;
    control.onPause(true);
  }

  private hear(seat: Seat, member: Member, message: FromLaneWorker): void {
    if (this.ended) return;
    const { host } = this.parts;
    switch (message.type) {
      case 'tell':
        host.tell(seat.place, message.message);
        if (message.message.type === 'progress' && seat.member === member)
          this.moved(seat, message.message.step);
        return;
      case 'held':
        seat.held = message.held;
        return this.tellStill();
      case 'atLimit':
        seat.atLimit = true;
        return this.raiseLimits();
      case 'state':
        return seat.keep(message.state, host.runOf(seat.place));
      case 'turnOver':
        seat.keep(message.state, host.runOf(seat.place));
        seat.deaths = 0;
        seat.over = message.over;
        return this.turnOver(seat, member);
      case 'failed':
        if (message.diverged) return void this.fail(seat, new Diverged(message.message));
        // After a kernel has thrown, the worker's memory cannot be trusted.
        return member.die(message.message);
      case 'ready':
      case 'alive':
        return;
      default:
        return message satisfies never;
    }
  }

  private moved(seat: Seat, step: number): void {
    if (step === seat.step) return;
    seat.step = step;
    const { host } = this.parts;
    if (!this.evaluating && this.seats.every((s) => s.trained)) {
      this.evaluating = true;
      host.state('evaluating', 'Final evaluation on the whole test subset');
    }
    this.dispatch();
    if (!this.keepingNow) this.keep(() => host.betweenSteps());
  }

  private keep(work: () => Promise<void>): void {
    this.keepingNow = true;
    this.keeping = this.keeping
      .then(work)
      .catch((error: unknown) => this.settle.reject(error))
      .finally(() => (this.keepingNow = false));
  }

  private turnOver(seat: Seat, member: Member | null): void {
    seat.leave();
    if (member && member.dead === null) this.free.add(member);
    this.parts.groupOver();
    const first = this.seats.find((s) => !s.over) ?? this.seats.at(-1)!;
    const group = this.seats.filter((s) => s.group === first.group && s.hasModel);
    const epoch = Math.min(...group.map((s) => s.evaluated));
    if (epoch > 0 && `${first.group} ${epoch}` !== this.lastEpoch) {
      this.lastEpoch = `${first.group} ${epoch}`;
      this.keep(() => this.parts.host.epochOver());
    }
    this.dispatch();
  }

  /** Ends the lane; the others continue, unless the host says otherwise. */
  private async fail(seat: Seat, error: Error): Promise<void> {
    const { member } = seat;
    try {
      await this.parts.host.failed(seat.place, error);
    } catch (reason) {
      return this.settle.reject(reason);
    }
    seat.over = true;
    seat.kept = seat.residence = null;
    this.turnOver(seat, member);
  }

  private lost(member: Member, why: string): void {
    if (this.ended) return;
    this.crew.members.delete(member);
    this.free.delete(member);
    for (const other of this.seats) if (other.residence === member) other.residence = null;
    const seat = this.seats.find((s) => s.member === member);
    if (seat && ++seat.deaths > RESTARTS)
      void this.fail(seat, new LaneEnded(whyEnded(seat.plan.contestant.label, why, seat.deaths)));
    else if (seat) {
      seat.rewind();
      this.parts.host.restarted(seat.place, seat.kept, why);
    }
    void this.hire(why);
    this.dispatch();
  }

  /** Starts a worker in place of one that died, if there are lanes left for it. */
  private async hire(why: string): Promise<void> {
    const lanes = this.seats.filter((s) => !s.over).length;
    if (lanes <= this.crew.members.size + this.hiring) return;
    this.hiring++;
    let refused = why;
    try {
      const member = await this.crew.hire();
      if (this.ended) member.die('the race is over');
      else this.employ(member);
    } catch (error) {
      refused = errorMessage(error);
    }
    this.hiring--;
    if (this.crew.members.size === 0 && this.hiring === 0)
      this.settle.reject(new Error(`No worker could be started again (${withoutFullStop(refused)}).`));
    this.dispatch();
  }
}

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}
