import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { BnLayer } from '../../core/result/results.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { figureCaption } from '../keep/figure-caption.ts';
import { batchNote, conflictNote, distanceNote, layersNote } from './notes.ts';
import { Distances } from './BnPicture.tsx';
import { BATCH_NORM_CHARTS, CONFLICT_CHARTS, FEATURE_CHARTS } from './charts.ts';
import { lossTermCharts } from './charts/loss-terms.ts';
import type { CurveChart } from '../charts/chart.tsx';

describe('captions of exported curves', () => {
  const race = sampleRace({ epochs: 1 });
  const five = { ...race.config, repeats: 5, seed: 3 };

  it('given gradient conflict, then its batch, its attack in training and the seeds are named, not those of accuracy', () => {
    const { optimiser, attack, conflictEvery } = five;
    expect(conflictNote(five)).toBe(
      `n = ${optimiser.batchSize} training images and their adversarial ones at each point, every ${conflictEvery} steps; ` +
        `5 seeds from 3 on; attack: PGD-${attack.steps}, eps ${Math.round(attack.eps * 255)}/255`,
    );
    const caption = figureCaption(race, conflictNote(race.config));
    expect(caption).toMatch(/^n = \d+ training images .*; seed \d+; attack: PGD-\d+, .*; data: /);
    expect(caption.split('; data: ')[0]).not.toMatch(/test images|in estimates/);
  });

  it('given fewer test images than a distance is measured on, then the note gives their number', () => {
    const small = { ...race.config, dataset: { ...race.config.dataset, testSize: 10 } };
    expect(distanceNote(small)).toMatch(/^n = 10 test images/);
  });

  it('given the strip of layers and the statistics of a batch, then their numbers of images are named', () => {
    expect(layersNote(five, 5)).toMatch(
      /^mean over the last 5 .*each on one batch of 64 training images.*; 5 seeds from 3 on; attack: PGD-5, /,
    );
    expect(batchNote(five, 6, 4)).toMatch(
      /^n = 64 test images and their adversarial images, in one batch, after epoch 6; seed 4; attack: PGD-5, /,
    );
    const small = { ...race.config, dataset: { ...race.config.dataset, testSize: 10 } };
    expect(batchNote(small, 6, 0)).toMatch(/^n = 10 test images/);
  });

  it('given split affine parameters alone, then the distances are those of two sets; given one set, then of one', () => {
    const [layer] = race.runs[0].bn[0].layers;
    const words = (change: Partial<BnLayer>) =>
      renderToStaticMarkup(createElement(Distances, { of: { ...layer, ...change } })).replaceAll(
        /<[^>]*>/g,
        '',
      );
    expect(words({ runningDistance: 0, affineDistance: 0.125 })).toMatch(
      /of the two sets’ running statistics 0\.000, of their affine parameters 0\.125/,
    );
    expect(words({ runningDistance: 0, affineDistance: 0 })).toContain('through the one shared set');
  });

  it('given every curve of the section, then it has a caption of its own with seeds', () => {
    const charts = [...CONFLICT_CHARTS, ...FEATURE_CHARTS, ...BATCH_NORM_CHARTS, ...lossTermCharts(race)];
    const curves = charts.filter((chart): chart is CurveChart => 'frame' in chart);
    const frames = curves.map((chart) => chart.frame(race));
    expect(frames.length).toBeGreaterThan(4);
    for (const { title, note } of frames) expect(note, title).toMatch(/seed/);
  });
});
