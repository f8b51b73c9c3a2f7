/** The worker's side of lane-protocol.ts: trains the lane it is given, turn by turn, on a backend of its own. */
import type { Dataset } from '../data/dataset.ts';
import { errorMessage } from '../error-message.ts';
import { Diverged } from '../analysis/diverged.ts';
import { RaceControl, RaceStopped } from './control.ts';
import { Lane } from './lane.ts';
import {
  transferable,
  type FromLaneWorker,
  type Started,
  type ToLaneWorker,
  type Turn,
} from './lane-protocol.ts';

export interface LaneServerEnvironment {
  readonly post: (message: FromLaneWorker, transfer?: ArrayBuffer[]) => void;
  /** Starts the backend. */
  readonly start: (options: Extract<ToLaneWorker, { type: 'start' }>) => Promise<Started>;
}

export class LaneServer {
  private lane: Lane | null = null;
  private data: Dataset | null = null;
  private control = new RaceControl();
  private limit = 0;
  private endTurn = false;
  private saveAsked = false;
  /** Stands still within a turn: a state can be saved at once. */
  private held = false;
  /** A turn is under way. */
  private busy = false;
  private atLimit = false;
  /** Pieces of work done. */
  private done = 0;
  private wake: () => void = () => {};

  constructor(private readonly environment: LaneServerEnvironment) {}

  /** Takes one message. Never rejects: what goes wrong is posted. */
  async receive(message: ToLaneWorker): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      const diverged = error instanceof Diverged;
      this.environment.post({ type: 'failed', message: errorMessage(error), diverged });
    }
    this.wake();
  }

  private async handle(message: ToLaneWorker): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.start(message);
      case 'turn':
        this.busy = true;
        return this.turn(message).finally(() => (this.busy = false));
      case 'limit':
        this.limit = message.limit;
        return;
      case 'endTurn':
        this.endTurn = true;
        return;
      case 'save':
        this.saveAsked = true;
        return this.held ? this.answerSave() : undefined;
      case 'ping':
        return this.environment.post({ type: 'alive', work: this.waits ? null : this.done });
      case 'pause':
        return this.control.pause();
      case 'resume':
        return this.control.resume();
      case 'step':
        return this.control.allowStep();
      case 'stop':
        return this.control.stop();
      default:
        return message satisfies never;
    }
  }

  /** It waits for a message, so that doing nothing is no sign of a hang. */
  private get waits(): boolean {
    return !this.busy || this.held || this.atLimit;
  }

  private async start(options: Extract<ToLaneWorker, { type: 'start' }>): Promise<void> {
    const { backend, arithmetic } = await this.environment.start(options);
    this.environment.post({ type: 'ready', backend, arithmetic });
  }

  private async turn(turn: Turn): Promise<void> {
    this.control = new RaceControl();
    this.control.onPause = (held) => {
      this.held = held;
      this.environment.post({ type: 'held', held });
    };
    this.limit = turn.limit;
    this.endTurn = this.saveAsked = this.held = false;
    if (turn.rounds !== null) this.control.pause();
    for (let i = 0; i < (turn.rounds ?? 0); i++) this.control.allowStep();
    const lane = this.laneOf(turn);
    let epochDone = false;
    try {
      epochDone = await this.work(lane);
    } catch (error) {
      if (!(error instanceof RaceStopped)) {
        lane.tellTiming();
        throw error;
      }
    }
    const state = await lane.save();
    this.environment.post(
      { type: 'turnOver', state, epochDone, over: lane.next === null },
      transferable(state),
    );
  }

  private laneOf({ plan, data, from }: Turn): Lane {
    this.data = data ?? this.data;
    if (from === 'resident' && this.lane) return this.lane;
    if (from === 'resident' || !this.data) throw new Error('The lane worker was not given all of its lane.');
    this.dispose();
    const tell = (message: Parameters<Lane['environment']['tell']>[0]) =>
      this.environment.post({ type: 'tell', message });
    const pace = async () => {
      this.done++;
      await this.answerSave();
      await this.control.yieldPoint();
    };
    this.lane = new Lane(plan, this.data, { tell, pace }, from ?? undefined);
    return this.lane;
  }

  /** Until the turn is over; resolves with whether an epoch has been trained and evaluated. */
  private async work(lane: Lane): Promise<boolean> {
    let epochDone = false;
    for (;;) {
      const { next, epoch } = lane;
      if (next === null) return epochDone;
      await this.answerSave();
      if (next === 'step') {
        if (!(await this.control.mayBeginRound()) || this.endTurn) return epochDone;
        // While paused, the visitor's rounds move all lanes alike.
        if (!this.control.isPaused && lane.trainer.step >= this.limit) {
          await this.waitAtLimit(lane.trainer.step);
          continue;
        }
      } else await this.control.yieldPoint();
      await lane.advance();
      this.done++;
      epochDone ||= next === 'evaluate' && epoch > 0;
      // While paused, a round that the visitor let through is still to be trained.
      if (epochDone && !this.control.isPaused) return true;
    }
  }

  /** Frees the lane's networks. */
  dispose(): void {
    this.lane?.dispose();
    this.lane = null;
  }

  private async waitAtLimit(step: number): Promise<void> {
    this.environment.post({ type: 'atLimit' });
    this.atLimit = true;
    const { control } = this;
    while (step >= this.limit && !this.endTurn && !control.isStopped && !control.isPaused) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      await this.answerSave();
    }
    this.atLimit = false;
  }

  private async answerSave(): Promise<void> {
    if (!this.saveAsked || !this.lane) return;
    this.saveAsked = false;
    const state = await this.lane.save();
    this.environment.post({ type: 'state', state }, transferable(state));
  }
}
