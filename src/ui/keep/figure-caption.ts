/** The line below an exported figure: what was measured, on what, how often, under which attack, by which code. */
import { estimateImages } from '../../core/result/accuracies.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { accuracyBand, attackText } from '../../core/result/spread.ts';
import { countText } from '../shared/format.ts';

/**
 * `n = 800 test images (256 in estimates by epoch); mean of 5 seeds; bands: …; attack: PGD-20, …; data: …; commit
 * 0123456789ab`. `note` replaces number of images, seeds, bands and attack where a figure has its own.
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
  const seeds = config.repeats > 1 ? `mean of ${config.repeats} seeds` : `seed ${config.seed}`;
  const bands = `bands and bars: ${accuracyBand(config.repeats)}`;
  const measured = note === null ? [n, seeds, bands, `attack: ${attack}`] : [note];
  const code = commit === undefined ? `version ${appVersion}` : `commit ${commit.slice(0, 13)}`;
  return [...measured, `data: ${dataset.provenance}`, code].join('; ');
}
