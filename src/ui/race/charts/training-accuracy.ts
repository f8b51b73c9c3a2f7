/** Robust accuracy on training images: where it rises on while that on test images falls, robust overfitting begins. */
import { imagesPerEstimate } from '../../../core/experiments/cost.ts';
import type { EpochPoint, RaceResult } from '../../../core/result/results.ts';
import { accuracyBand } from '../../../core/result/spread.ts';
import { curveChart } from '../../charts/chart.tsx';
import type { Curve } from '../../charts/series.ts';
import { in255 } from '../../shared/format.ts';
import { accuracyFrame } from './accuracy.ts';

/** Curves by the number of images, so that a chart gets the same object for equal settings. */
const known = new Map<number, Curve<EpochPoint>>();

function trainingCurve(config: RaceResult['config']): Curve<EpochPoint> {
  const n = imagesPerEstimate(config).training;
  const curve = known.get(n) ?? {
    points: (run) => run.curves.filter((p) => p.trainRobust !== undefined),
    x: (p) => p.epoch,
    y: (p) => 100 * p.trainRobust!,
    ...(n > 0 && { images: () => n }),
  };
  known.set(n, curve);
  return curve;
}

/** Of the exported figure, whose images are not those of the other accuracies. */
function trainingNote({ config }: RaceResult): string {
  const { evaluation, attack, seed, repeats } = config;
  const n = imagesPerEstimate(config).training.toLocaleString('en');
  const seeds = repeats > 1 ? `mean of ${repeats} seeds` : `seed ${seed}`;
  return (
    `n = ${n} training images at each point, without crop or flip; ${seeds}; bands: ${accuracyBand(repeats)}; ` +
    `attack: PGD-${evaluation.steps}, eps ${in255(attack.eps)}`
  );
}

export const trainingAccuracy = curveChart(
  'training-accuracy',
  trainingCurve,
  (view) => {
    const { evaluation, attack } = view.config;
    const title = `Robust accuracy on training images (PGD-${evaluation.steps}, ε ${in255(attack.eps)})`;
    return { ...accuracyFrame(view, trainingCurve(view.config), title), note: trainingNote(view) };
  },
  ({ runs }) => runs.some((run) => run.curves.some((p) => p.trainRobust !== undefined)),
);
