/** Accuracies of a run in per cent, one point per epoch; once it has ended, the last is its final evaluation. */
import { accuraciesOf, estimateImages, type Accuracies } from '../../../core/result/accuracies.ts';
import { trainingFlop } from '../../../core/experiments/cost.ts';
import { mostEpochs } from '../../../core/experiments/epochs.ts';
import type { RaceResult } from '../../../core/result/results.ts';
import type { ChartFrame } from '../../charts/chart.tsx';
import { extentOf } from '../../charts/extent.ts';
import { evenEnd, seriesOf, type Curve } from '../../charts/series.ts';

type Config = RaceResult['config'];

/** Curves by the settings that determine them: equal settings must give a chart the same object. */
const known = new Map<string, Curve<Accuracies>>();

/** What the x axis counts: epochs, or the FLOP of training. */
export type Axis = 'epoch' | 'flop';

export function accuracyCurve(
  of: 'clean' | 'robust',
  config: Config,
  axis: Axis = 'epoch',
): Curve<Accuracies> {
  const settings = [
    estimateImages(config),
    config.optimiser,
    config.network,
    config.dataset,
    config.attack.steps,
  ];
  const key = JSON.stringify([of, axis, ...settings, config.evaluation.heldOut]);
  const { size } = flopUnit(config);
  const curve = known.get(key) ?? {
    points: (run) => accuraciesOf(run, config),
    x: axis === 'epoch' ? (p) => p.epoch : (p) => p.flop / size,
    y: (p) => 100 * p[of],
    images: (p) => p.n,
  };
  known.set(key, curve);
  return curve;
}

/** The unit in which the costliest contestant's training has a number from 1 to 1,000. */
function flopUnit(config: Config): { readonly size: number; readonly name: string; readonly most: number } {
  const most = Math.max(...config.contestants.map((c) => trainingFlop(config, c)));
  const units = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, most)) / 3)));
  return { size: 1000 ** power, name: units[power], most: most / 1000 ** power };
}

/**
 * Axes over the training of the race, cropped to the accuracies and their bands, with a line at the accuracy of random
 * guessing where the axis holds it.
 */
export function accuracyFrame<T>(
  { config, runs }: RaceResult,
  curve: Curve<T>,
  title: string,
  axis: Axis = 'epoch',
): ChartFrame {
  const { name, most } = flopUnit(config);
  const points = seriesOf(runs, curve).flatMap((series) => series.points);
  const { low, high } = extentOf(points.flatMap((p) => [p.low, p.y, p.high]));
  const chance = 100 / config.dataset.classes.length;
  return {
    title,
    unit: 'Accuracy (%)',
    domain: [low, high],
    ...(chance >= low && chance <= high && { reference: { y: chance, label: 'chance' } }),
    markers: true,
    ...(axis === 'epoch'
      ? { xUnit: 'epoch', xMax: mostEpochs(config) }
      : { xUnit: `${name} of training`, xMax: evenEnd(most) }),
  };
}
