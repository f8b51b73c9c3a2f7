/** What the page asks of models: examples, slices of the loss, weights. */
import type { RaceControl } from '../core/race/control.ts';
import type { Race } from '../core/race/race.ts';
import { exportedModel, type WeightFiles } from '../core/training/exported-model.ts';
import type { Trainer } from '../core/training/trainer.ts';
import { exampleOf, sliceOf } from './examples.ts';
import type { Subjects } from './subjects.ts';
import type { ExampleRequest, ExampleView, SliceRequest, SliceView } from './viewer.ts';

/** Training waits no longer than this for a look at a model. */
const LONGEST_HOLD_MS = 20_000;

/** Does `look` while training waits: until it ends, and for `LONGEST_HOLD_MS` at most. */
export async function whileHeld<T>(control: RaceControl | null, look: () => Promise<T>): Promise<T> {
  if (!control) return look();
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

/** One test image attacked under every model. */
export async function examples(subjects: Subjects, request: ExampleRequest): Promise<ExampleView[]> {
  return whileHeld(subjects.control, async () => {
    const views: ExampleView[] = [];
    for (const model of subjects.models) views.push(await exampleOf(model, subjects.images, request));
    return views;
  });
}

/** Throws Error where there is no model of the request's label. */
export async function lossSlice(subjects: Subjects, request: SliceRequest): Promise<SliceView> {
  const model = subjects.models.find((m) => m.label === request.label);
  if (!model) throw new Error(`There is no model "${request.label}".`);
  return whileHeld(subjects.control, () => sliceOf(model, subjects.images, request));
}

/** Throws Error where `race` has no model of that label. */
async function trainerOf(race: Race, label: string): Promise<Trainer> {
  const trainer = (await race.models()).find((t) => t.contestant.label === label);
  if (!trainer) throw new Error(`There is no trained model "${label}".`);
  return trainer;
}

/** The evaluated network, and what its method exports beside it. Throws Error where `race` has no such model. */
export async function weightFiles(race: Race, label: string): Promise<WeightFiles> {
  return exportedModel(await trainerOf(race, label));
}
