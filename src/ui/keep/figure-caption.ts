/** The line below an exported figure: what was measured, on what, how often, under which attack, by which code. */
import { estimateImages } from '../../core/result/accuracies.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { attackText } from '../../core/result/spread.ts';

/** `800` or, if contestants differ, `500–800`. */
function countText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most
    ? least.toLocaleString('en')
    : `${least.toLocaleString('en')}–${most.toLocaleString('en')}`;
}

/**
 * `n = 800 test images (256 in estimates by epoch); data: …; 5 seeds; attack: PGD-20, …; commit 0123456789ab`. `note`
 * replaces number of images, seeds and attack where a figure has its own.
 */
export function figureCaption(result: RaceResult, note: string | null): string {
  const { config, dataset, runs, commit, appVersion } = result;
  const finals = runs.flatMap((run) => run.final ?? []);
  const estimates = estimateImages(config);
  const n =
    finals.length === 0
      ? `n = ${countText([estimates])} test images`
      : `n = ${countText(finals.map((f) => f.n))} test images (${countText([estimates])} in estimates by epoch)`;
  const attack =
    finals.length > 0 ? attackText(finals[0].attack, config.repeats) : `PGD-${config.evaluation.steps}`;
  const seeds = config.repeats > 1 ? `${config.repeats} seeds` : `seed ${config.seed}`;
  const measured = note === null ? [n, seeds, `attack: ${attack}`] : [note];
  const code = commit === undefined ? `version ${appVersion}` : `commit ${commit.slice(0, 13)}`;
  return [...measured, `data: ${dataset.provenance}`, code].join('; ');
}
