/** Opens the recorded models, so that they can be attacked before anything is trained. */
import { fetchRecorded } from '../app/recorded.ts';
import { ARAT_KEY } from '../idea/idea-state.ts';
import { loadFactorial } from '../idea/recordings.ts';
import { workbench } from '../state/store.ts';

/** In the order of the page. */
const KEYS = ['standard', 'at', 'trades', ARAT_KEY];

/** Loads and opens Standard, AT, TRADES and ARAT of seed 0. Rejects with one sentence. */
export async function openRecordedModels(): Promise<void> {
  const index = await loadFactorial();
  const found = index?.contestants.filter((c) => KEYS.includes(c.key) && c.weights) ?? [];
  if (found.length === 0)
    throw new Error('The site has no recorded models: train some, or open a weight file.');
  for (const key of KEYS) {
    const contestant = found.find((c) => c.key === key);
    if (!contestant) continue;
    const name = `${key}.safetensors`;
    const file = new File([Uint8Array.from(await fetchRecorded(`factorial/${name}`))], name);
    const { defaults } = await workbench.engine.api.inspectWeights(file);
    await workbench.opened.open(file, `${contestant.label} (recorded)`, defaults);
  }
}
