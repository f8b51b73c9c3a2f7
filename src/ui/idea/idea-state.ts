/** The state of the first screen: which of ARAT's parts are on, the recorded figures, and the step of the story. */
import { create } from 'zustand';
import { errorMessage } from '../../core/error-message.ts';
import {
  ALL_PARTS,
  partsKey,
  PARTS_OF_TERM,
  type PartName,
  type Parts,
} from '../../core/experiments/parts.ts';
import type { FactorialIndex, Recorded } from '../../core/result/factorial.ts';
import { loadFactorial } from './recordings.ts';
import { STORY } from './story.ts';

interface Idea {
  readonly parts: Parts;
  /** Null until it is loaded, and where the site has none. */
  readonly index: FactorialIndex | null;
  readonly status: 'loading' | 'there' | 'missing' | 'failed';
  /** Why the index could not be loaded. */
  readonly error: string | null;
  /** Index of the caption shown; null while the story is not told. */
  readonly step: number | null;
}

export const useIdea = create<Idea>(() => ({
  parts: ALL_PARTS,
  index: null,
  status: 'loading',
  error: null,
  step: null,
}));

/** Why a part cannot be switched now; null if it can. */
export const blockedBecause = (part: PartName, parts: Parts): string | null =>
  PARTS_OF_TERM.includes(part) && !parts.term
    ? 'Without the invariance term this part has nothing to act on: switch the term on first.'
    : null;

/** Switches one part. Does nothing for a part that has nothing to act on. */
export function switchPart(part: PartName): void {
  const { parts } = useIdea.getState();
  if (blockedBecause(part, parts) === null) useIdea.setState({ parts: { ...parts, [part]: !parts[part] } });
}

/** Shows the caption `step` and sets the parts that it is about; after the last, or with null, ends the story. */
export function tell(step: number | null): void {
  const caption = step === null ? undefined : STORY[step];
  useIdea.setState(caption ? { step, parts: caption.parts } : { step: null });
}

/** Loads the recorded figures; call again after a failure. */
export async function loadFigures(load = loadFactorial): Promise<void> {
  useIdea.setState({ status: 'loading', error: null });
  try {
    const index = await load();
    useIdea.setState({ index, status: index ? 'there' : 'missing' });
  } catch (error) {
    useIdea.setState({ status: 'failed', error: errorMessage(error) });
  }
}

/** The recorded contestant with this key; null if there is none. */
export const recordedWithKey = (index: FactorialIndex | null, key: string): Recorded | null =>
  index?.contestants.find((c) => c.key === key) ?? null;

export const ARAT_KEY = partsKey(ALL_PARTS);
