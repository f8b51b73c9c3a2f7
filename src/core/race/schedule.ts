/**
 * Which lane a free core trains next, and how far a lane may go: contestants of a seed stay within one epoch of each
 * other, so that their curves grow together. Pure.
 */

/** What the schedule knows of a lane. */
export interface LanePosition {
  /** Its place among the race's plans. */
  readonly place: number;
  /** Which of the race's seeds, from 0. */
  readonly group: number;
  /** Optimiser steps done. */
  readonly step: number;
  /** Its next piece of work is a training step, or what prepares one. */
  readonly trains: boolean;
  readonly atWork: boolean;
  readonly over: boolean;
}

/** Optimiser steps at which lanes of `group` wait for the slowest: an epoch beyond it. */
export function limitOf(lanes: readonly LanePosition[], group: number, stepsPerEpoch: number): number {
  const steps = lanes.filter((l) => l.group === group && !l.over).map((l) => l.step);
  return Math.min(...steps) + stepsPerEpoch;
}

/**
 * Whether a lane may train at least a quarter of an epoch now. For less it gets no core, because changing lanes takes
 * time. The slowest lane always may.
 */
function hasRoom(lane: LanePosition, lanes: readonly LanePosition[], stepsPerEpoch: number): boolean {
  if (!lane.trains) return true;
  return limitOf(lanes, lane.group, stepsPerEpoch) - lane.step >= Math.ceil(stepsPerEpoch / 4);
}

/**
 * The lanes that a free core could train, the first choice first: earlier seeds, then those that are furthest behind.
 */
export function waitingLanes(lanes: readonly LanePosition[], stepsPerEpoch: number): LanePosition[] {
  const fit = lanes.filter((l) => !l.over && !l.atWork && hasRoom(l, lanes, stepsPerEpoch));
  return fit.sort((a, b) => a.group - b.group || a.step - b.step || a.place - b.place);
}
