/** Whether trained models are available, and what the visitor can do if not. */
import type { RaceState } from '../../core/race/events.ts';
import type { RunResult } from '../../core/result/results.ts';

/** The origin of the figures on the page. */
export type Shown = 'nothing' | 'recorded' | 'snapshot' | 'saved' | 'live';

const ELSEWHERE: Readonly<Record<Exclude<Shown, 'live'>, string>> = {
  nothing:
    'Nothing has been trained yet: press Train, and the models appear here as soon as training has begun.',
  recorded:
    'The run shown was recorded earlier and its models were not kept: use the recorded models of the first screen, or press Train for your own.',
  snapshot:
    'A shared link carries figures, not models: choose Reproduce, then Train, and your own models are used here.',
  saved: 'A saved run keeps figures, not models: load its settings and train again to use its models here.',
};

const BEHIND =
  'The run shown here came without its models. The race you trained is still in memory with its models: go back to it to use them.';

interface Conditions {
  /** Work that would compete with training (the robustness report): it needs the race paused or ended. */
  readonly exclusive?: boolean;
  /** This visit has trained a race whose models are still available. */
  readonly ownRace?: boolean;
}

/** One sentence about why the models cannot be used now; null if they can. */
export function modelsUnavailable(
  shown: Shown,
  state: RaceState | null,
  { exclusive = false, ownRace = false }: Conditions = {},
): string | null {
  if (shown !== 'live') return ownRace ? BEHIND : ELSEWHERE[shown];
  switch (state) {
    case null:
      return ELSEWHERE.nothing;
    case 'preparing':
      return 'The race is being prepared: the models appear here as soon as training has begun.';
    case 'failed':
      return 'The race failed and its models cannot be relied on: start it again.';
    case 'running':
      return exclusive
        ? 'The models are still being trained: pause the race, stop it, or wait for its end.'
        : null;
    case 'evaluating':
      return exclusive ? 'The final figures are being measured: this can start in a moment.' : null;
    case 'paused':
    case 'complete':
    case 'stopped':
      return null;
    default:
      return state satisfies never;
  }
}

/**
 * Contestants whose training failed, so that they have no model, with the reason by label. Counts only the last seed
 * that has begun, because the models in the worker are of that seed.
 */
export function failedModels(runs: readonly RunResult[]): ReadonlyMap<string, string> {
  const seed = runs.at(-1)?.seed;
  const failed = runs.flatMap((run): [string, string][] =>
    run.seed === seed && run.failure !== undefined ? [[run.label, run.failure]] : [],
  );
  return new Map(failed);
}
