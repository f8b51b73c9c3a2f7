/** Accuracies of a run in per cent, one point per epoch; once it has ended, the last is its final evaluation. */
import { accuraciesOf, estimateImages, type Accuracies } from '../../../core/result/accuracies.ts';
import type { RaceResult } from '../../../core/result/results.ts';
import { wilsonInterval } from '../../../core/result/wilson.ts';
import type { ChartFrame } from '../../charts/chart.tsx';
import type { Curve } from '../../charts/series.ts';

type Config = RaceResult['config'];

/** Curves by the settings that determine them: equal settings must give a chart the same object. */
const known = new Map<string, Curve<Accuracies>>();

export function accuracyCurve(of: 'clean' | 'robust', config: Config): Curve<Accuracies> {
  const key = `${of} ${estimateImages(config)} ${config.optimiser.epochs}`;
  const curve = known.get(key) ?? {
    points: (run) => accuraciesOf(run, config),
    x: (p) => p.epoch,
    y: (p) => 100 * p[of],
    images: (p) => p.n,
    interval: (p) => {
      const [low, high] = wilsonInterval(p[of] * p.n, p.n);
      return [100 * low, 100 * high];
    },
  };
  known.set(key, curve);
  return curve;
}

/** Axes from 0 to 100 % over the epochs of the race, with a line at the accuracy of random guessing. */
export const accuracyFrame = ({ config }: RaceResult, title: string): ChartFrame => ({
  title,
  unit: 'Accuracy (%)',
  xUnit: 'epoch',
  domain: [0, 100],
  reference: { y: 100 / config.dataset.classes.length, label: 'chance' },
  markers: true,
  xMax: config.optimiser.epochs,
});
