/** What the page shows of a race whose state is kept: read from storage, and therefore validated whole. */
import * as v from 'valibot';
import { parseConfig, type ExperimentConfig } from '../core/settings/config.ts';

/** A race whose state is kept: stopped, failed, or cut off with its worker, tab or browser. */
export interface InterruptedRace {
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** Epochs whose training is over. */
  readonly epoch: number;
  /** Optimiser steps of all contestants; both 0: it was cut off before a first state was kept. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** ISO 8601 date and time. */
  readonly savedAt: string;
}

export interface RaceSummary extends InterruptedRace {
  /** Complete: its state is kept only for its models. */
  readonly finished?: boolean;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12));

const SummarySchema = v.object({
  runId: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  config: v.unknown(),
  epoch: count,
  stepsDone: count,
  stepsTotal: count,
  savedAt: v.pipe(
    v.string(),
    v.maxLength(40),
    v.check((text) => Number.isFinite(Date.parse(text))),
  ),
  finished: v.optional(v.boolean()),
});

/** Null where it is not a summary, or one of a version with other settings. */
export function parseSummary(input: unknown): RaceSummary | null {
  const result = v.safeParse(SummarySchema, input);
  if (!result.success) return null;
  try {
    return { ...result.output, config: parseConfig(result.output.config) };
  } catch {
    return null;
  }
}
