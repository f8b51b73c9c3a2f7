/** What the page asks of the models of a race: examples, slices of the loss, weights. */
import type { RaceControl } from '../core/race/control.ts';
import type { Race } from '../core/race/race.ts';
import { exportedModel } from '../core/training/exported-model.ts';
import type { Trainer } from '../core/training/trainer.ts';
import { exampleOf, sliceOf } from './examples.ts';
import type { ExampleRequest, ExampleView, SliceRequest, SliceView } from './viewer.ts';

/** Training waits no longer than this for a look at a model. */
const LONGEST_HOLD_MS = 20_000;

/** Does `look` while training waits: until it ends, and for `LONGEST_HOLD_MS` at most. */
async function whileHeld<T>(control: RaceControl, look: () => Promise<T>): Promise<T> {
  const release = control.hold();
  const timer = setTimeout(release, LONGEST_HOLD_MS);
  try {
    // The step that is under way ends first.
    await new Promise((resolve) => setTimeout(resolve));
    return await look();
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Throws Error where `race` has no model of that label. */
async function trainerOf(race: Race, label: string): Promise<Trainer> {
  const trainer = (await race.models()).find((t) => t.contestant.label === label);
  if (!trainer) throw new Error(`There is no trained model "${label}".`);
  return trainer;
}

/** One test image attacked under every model of `race`. */
export async function examples(race: Race, request: ExampleRequest): Promise<ExampleView[]> {
  const trainers = await race.models();
  return whileHeld(race.control, async () => {
    const views: ExampleView[] = [];
    for (const trainer of trainers) views.push(await exampleOf(trainer, race.data.test, request));
    return views;
  });
}

/** Throws Error where `race` has no model of the request's label. */
export async function lossSlice(race: Race, request: SliceRequest): Promise<SliceView> {
  const trainer = await trainerOf(race, request.label);
  return whileHeld(race.control, () => sliceOf(trainer, race.data.test, request));
}

/** The evaluated network as a safetensors file. Throws Error where `race` has no model of that label. */
export async function weightsFile(race: Race, label: string): Promise<Uint8Array> {
  return exportedModel(await trainerOf(race, label));
}
