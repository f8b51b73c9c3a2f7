/**
 * A trainer's state as plain data, for postMessage and IndexedDB, from which training resumes to the same bits.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { CursorState } from '../data/batches.ts';
import {
  readValues,
  readWeights,
  writeValues,
  writeWeights,
  type KeptWeights,
  type Values,
  type Weights,
} from './kept-weights.ts';
import type { Trainer } from './trainer.ts';

export const CHECKPOINT_VERSION = 1;

export interface Checkpoint extends Weights {
  readonly version: typeof CHECKPOINT_VERSION;
  /** Label of the contestant. */
  readonly label: string;
  /** Optimiser steps done. */
  readonly step: number;
  /** Weight of the adversarial loss under auto-balance, in [0,1]. */
  readonly balance: number;
  readonly cursor: CursorState;
  /** Momentum buffers of SGD. */
  readonly velocities: Values;
  /**
   * Sums of loss and terms over `count` steps since the last epoch's end, so that a resumed run draws the same curves.
   */
  readonly sums: { readonly terms: Readonly<Record<string, number>>; readonly count: number };
  /** The best epoch's weights; absent without early stopping. */
  readonly kept?: KeptWeights;
}

const STREAMS = ['augment', 'uniform', 'gaussian'] as const;

/** The trainer's state between two steps, copied. Call while no step runs. Throws `Diverged` as `readMetrics`. */
export async function saveCheckpoint(trainer: Trainer): Promise<Checkpoint> {
  await trainer.readMetrics(true);
  const { network, sgd, batches, step, balance, contestant } = trainer;
  return {
    version: CHECKPOINT_VERSION,
    label: contestant.label,
    step,
    balance,
    cursor: batches.state(),
    ...(await readWeights(network)),
    velocities: await readValues(sgd.velocities),
    sums: { terms: { ...trainer.sums.terms }, count: trainer.sums.count },
    ...(trainer.kept && { kept: trainer.kept }),
  };
}

function refuse(expected: string, came: unknown): never {
  throw new Error(
    `The checkpoint does not fit this contestant: expected ${expected}, found ${String(came)}. Start the race again.`,
  );
}

function check(values: Values, variables: ReadonlyMap<string, tf.Variable>, what: string): void {
  for (const [name, v] of variables) {
    const value: unknown = values?.[name];
    if (!(value instanceof Float32Array)) refuse(`${what} ${name} as float32 values`, typeof value);
    if (value.length !== v.size) refuse(`${v.size} values of ${what} ${name}`, value.length);
    if (!value.every(Number.isFinite)) refuse(`finite values of ${what} ${name}`, 'others');
  }
  const unknown = Object.keys(values).find((name) => !variables.has(name));
  if (unknown !== undefined) refuse(`no ${what} beyond those of the network`, unknown);
}

/**
 * Restores the state in `checkpoint` to `trainer`, which must be made from the same config and data. Throws `Error`
 * with one sentence if the checkpoint does not fit; nothing has changed then.
 */
export function restoreCheckpoint(trainer: Trainer, checkpoint: Checkpoint): void {
  const { network, sgd, batches } = trainer;
  const { version, label, step, balance, cursor } = checkpoint;
  if (version !== CHECKPOINT_VERSION) refuse(`version ${CHECKPOINT_VERSION}`, version);
  if (label !== trainer.contestant.label) refuse(`"${trainer.contestant.label}"`, `"${label}"`);
  if (!Number.isInteger(step) || step < 0 || step > trainer.totalSteps)
    refuse(`a step from 0 to ${trainer.totalSteps}`, step);
  if (!(balance >= 0 && balance <= 1)) refuse('a balance from 0 to 1', balance);
  const epoch = Math.floor(step / batches.batchesPerEpoch);
  if (cursor?.epoch !== epoch || cursor.batch !== step % batches.batchesPerEpoch)
    refuse(`the data cursor of step ${step}`, `epoch ${cursor?.epoch}, batch ${cursor?.batch}`);
  for (const name of STREAMS) {
    const state: unknown = cursor.streams?.[name];
    if (!Array.isArray(state) || state.length !== 4 || !state.every(Number.isInteger))
      refuse(`four whole numbers as the state of the random stream '${name}'`, state);
  }
  check(checkpoint.parameters, network.trainable, 'parameter');
  check(checkpoint.buffers, network.buffers, 'statistic');
  check(checkpoint.velocities, sgd.velocities, 'momentum');
  const { sums } = checkpoint;
  if (!Number.isInteger(sums?.count) || !Object.values(sums.terms ?? [NaN]).every(Number.isFinite))
    refuse('finite sums of the loss and its terms', JSON.stringify(sums));
  const { kept } = checkpoint;
  if (kept !== undefined) {
    if (!Number.isInteger(kept.epoch) || kept.epoch < 1 || kept.epoch > epoch || !(kept.robust >= 0))
      refuse(`the weights of an epoch from 1 to ${epoch}`, kept.epoch);
    check(kept.parameters, network.trainable, 'kept parameter');
    check(kept.buffers, network.buffers, 'kept statistic');
  }
  writeWeights(checkpoint, network);
  writeValues(checkpoint.velocities, sgd.velocities);
  batches.restore(cursor);
  trainer.step = step;
  trainer.balance = balance;
  trainer.sums = { terms: { ...sums.terms }, count: sums.count };
  trainer.kept = kept ?? null;
}
