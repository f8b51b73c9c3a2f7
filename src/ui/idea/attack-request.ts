/** What “Attack it now” asks of the engine: one image under the recorded models. */
import { partsKey, type Parts } from '../../core/experiments/parts.ts';
import type { FactorialIndex, Recorded } from '../../core/result/factorial.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import type { ShippedModel, ShippedRequest } from '../../worker/viewer.ts';
import { ARAT_KEY, recordedWithKey } from './idea-state.ts';
import { weightsFile, type Example } from './recordings.ts';

/** A model of the strip, by its file. */
export interface StripModel extends ShippedModel {
  readonly key: string;
  /** Short name: `AT`, `this`. */
  readonly name: string;
}

/** Every method but ARAT has one BatchNorm set, unless it splits it by a switch. */
const splitsBn = ({ method, switches }: Recorded): boolean =>
  CATALOGUE[method].switches.includes('splitBn') && switches.splitBn === true;

/** Standard, AT, TRADES, ARAT and the current combination, as far as their weights are recorded. */
export function stripModels(index: FactorialIndex, parts: Parts): StripModel[] {
  const current = partsKey(parts);
  const keys = ['standard', 'at', 'trades', ARAT_KEY, ...(current === ARAT_KEY ? [] : [current])];
  return keys.flatMap((key): StripModel[] => {
    const recorded = recordedWithKey(index, key);
    if (!recorded?.weights) return [];
    const { network, dataset } = index.config;
    const name = key === current && key !== ARAT_KEY ? 'this' : CATALOGUE[recorded.method].name;
    const spec = { ...network, classes: dataset.classes.length, splitBn: splitsBn(recorded) };
    return [{ key, name, file: weightsFile(key), spec }];
  });
}

/** The evaluation's attack, at a radius of `eps255`/255. */
export function attackRequest(
  index: FactorialIndex,
  models: readonly StripModel[],
  { image, label }: Example,
  eps255: number,
): ShippedRequest {
  return {
    models: models.map(({ file, spec }) => ({ file, spec })),
    image,
    label,
    eps: eps255 / 255,
    steps: index.config.evaluation.steps,
    seed: 0,
  };
}
