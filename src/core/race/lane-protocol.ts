/**
 * What crosses between an executor of several cores (on-cores.ts) and its workers (lane-server.ts): plain data, which
 * can be cloned. A worker trains one lane at a time. A turn is a piece of a lane's work: at most an epoch and the
 * evaluation after it.
 */
import type { Dataset } from '../data/dataset.ts';
import type { Arithmetic } from '../backend/arithmetic.ts';
import type { BackendName } from '../settings/config.ts';
import type { Checkpoint } from '../training/checkpoint.ts';
import type { LaneMessage } from './events.ts';
import type { LanePlan } from './lane.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';

/** The part of a lane's checkpoint that its worker knows. */
export interface LaneState {
  readonly trainer: Checkpoint;
  readonly data: string;
}

export interface Turn {
  readonly type: 'turn';
  readonly plan: LanePlan;
  /** The subset of the lane's seed; null: the one of the turn before. */
  readonly data: Dataset | null;
  /** Where the lane is; null: at its start; `resident`: as the turn before left it in this worker. */
  readonly from: LaneCheckpoint | null | 'resident';
  /** Optimiser steps at which the lane has to wait for slower ones. */
  readonly limit: number;
  /** Null while the race runs. While it is paused: the rounds of steps that the visitor lets through. */
  readonly rounds: number | null;
}

export type ToLaneWorker =
  /** Answered by `ready`, or by `failed`. */
  | { readonly type: 'start'; readonly backend: BackendName; readonly threads: number }
  /** Answered by `turnOver`, or by `failed`. The rest is for the turn under way. */
  | Turn
  | { readonly type: 'limit'; readonly limit: number }
  | { readonly type: 'pause' | 'resume' | 'step' | 'stop' }
  /** The turn ends before its next step: another lane needs the worker. */
  | { readonly type: 'endTurn' }
  /** Answered by `state`, or by `turnOver` where the turn ends first. */
  | { readonly type: 'save' }
  /** Answered by `alive` as soon as the worker is between two pieces of work. */
  | { readonly type: 'ping' };

/** What a worker computes with. */
export interface Started {
  readonly backend: BackendName;
  readonly arithmetic: Arithmetic;
}

export interface LaneFailure {
  readonly message: string;
  /** A loss was not finite: it would not be from any checkpoint. */
  readonly diverged: boolean;
}

export type FromLaneWorker =
  | ({ readonly type: 'ready' } & Started)
  /** `work`: pieces of work done so far; null while the worker waits to be told what to do. */
  | { readonly type: 'alive'; readonly work: number | null }
  | { readonly type: 'tell'; readonly message: LaneMessage }
  /** Whether the lane stands still within its turn because the race is paused. */
  | { readonly type: 'held'; readonly held: boolean }
  /** The lane waits at its limit. */
  | { readonly type: 'atLimit' }
  | { readonly type: 'state'; readonly state: LaneState }
  /** `epochDone`: an epoch has been trained and evaluated. `over`: nothing of the lane is left to do. */
  | {
      readonly type: 'turnOver';
      readonly state: LaneState;
      readonly epochDone: boolean;
      readonly over: boolean;
    }
  | ({ readonly type: 'failed' } & LaneFailure);

/** A worker as its executor sees it. */
export interface LaneWorker {
  post(message: ToLaneWorker): void;
  /** Ends it at once. */
  terminate(): void;
}

export interface LaneWorkerEvents {
  message(message: FromLaneWorker): void;
  /** It ended by itself, or could not be started: one sentence or the words of an error. */
  died(why: string): void;
}

/** Starts a worker. */
export type OpenLaneWorker = (events: LaneWorkerEvents) => LaneWorker;

/** The memory of the state's values, which may move to the receiver: the sender needs them no more. */
export function transferable({ trainer }: LaneState): ArrayBuffer[] {
  const values = [trainer.parameters, trainer.buffers, trainer.velocities].flatMap((v) => Object.values(v));
  return [...new Set(values.map((v) => v.buffer as ArrayBuffer))];
}
