/** The Why section: gradient conflict, BatchNorm statistics, and the contestants side by side. */
import { Stack, Text, Title } from '@mantine/core';
import { memo } from 'react';
import { isOfTwoSets } from '../../core/result/bn-distance.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { byContestant } from '../../core/result/spread.ts';
import { ChartGrid } from '../charts/chart.tsx';
import { Legend } from '../charts/Legend.tsx';
import { seedWords } from '../charts/series.ts';
import { Fold } from '../shared/Fold.tsx';
import { useView } from '../state/useView.ts';
import { BATCH_NORM_CHARTS, CONFLICT_CHARTS, FEATURE_CHARTS } from './charts.ts';
import { lossTermCharts } from './charts/loss-terms.ts';
import { FactorialTable } from './FactorialTable.tsx';
import { BATCH_DISTANCE, FEATURE_DISTANCE, GRADIENT_COSINE } from './formulas.ts';
import { InferenceSets } from './InferenceSets.tsx';
import { Ladder } from './Ladder.tsx';
import { LayerStrip, RECENT } from './LayerStrip.tsx';
import { layersNote } from './notes.ts';
import { PairTable } from './PairTable.tsx';

export default function WhySection() {
  const view = useView();
  if (view) return <Why view={view} />;
  return <Text c="dimmed">Gradient conflict and BatchNorm statistics appear here.</Text>;
}

const Why = memo(function Why({ view }: { readonly view: RaceResult }) {
  const { runs, config } = view;
  const contestants = byContestant(runs);
  const measured = contestants.filter((c) => c.runs.some((r) => r.gradientConflict.length > 0));
  return (
    <Stack gap="lg">
      <Legend runs={runs} />
      <Stack gap="xs" component="section">
        <Title order={3} size="h4">
          Gradient conflict
        </Title>
        {measured.length > 0 && <ChartGrid charts={CONFLICT_CHARTS} view={view} />}
        <Fold id="why-conflict" title="Explanation, layers and pairs of terms">
          <Stack gap="xs">
            {seedWords(runs) && (
              <Text size="sm" c="dimmed">
                {seedWords(runs)}
              </Text>
            )}
            <Text size="sm">
              The objective is a sum of two terms; their gradients g₁ and g₂ act on the same shared weights. A
              cosine {GRADIENT_COSINE} above 0 means that a step on one term helps the other, 0 that the two
              are unrelated, below 0 that they oppose each other. The conflict ratio is the share of weights
              whose two gradients have opposite signs. Unrelated gradients differ in sign for half of the
              weights that get a gradient from both terms; weights that only one term reaches count as not in
              conflict, so the ratio of chance is a little below 50 % for some methods. ARAT’s stop-gradient
              lets the invariance term move only the adversarial side; part of the higher cosine follows from
              that alone. Results that measured the single pairs of terms list them below.
            </Text>
            {measured.length === 0 ? (
              <Text c="dimmed" size="sm">
                No contestant of this race has two terms to compare (standard training, AT and an invariance
                weight of 0 have one).
              </Text>
            ) : (
              <>
                <Text size="sm">
                  By layer (stage, block, weight), from input to output, mean of the last {RECENT}{' '}
                  measurements of each seed, each on {config.optimiser.batchSize} training images (blue: same
                  direction, orange: against each other):
                </Text>
                {measured.map((c) => (
                  <LayerStrip key={c.label} of={c} note={layersNote(config, RECENT)} />
                ))}
                <PairTable view={view} />
              </>
            )}
          </Stack>
        </Fold>
      </Stack>
      <Fold
        id="why-features"
        title={
          <Title order={3} size="h5">
            Features and loss terms
          </Title>
        }
      >
        <Stack gap="xs" component="section">
          <Text size="sm">
            z and z′ are the features of an image and of its adversarial image, averaged over the picture, in
            the layers that ARAT aligns. Their distance {FEATURE_DISTANCE} is measured after each epoch on 64
            test images in eval mode, x through the clean BatchNorm set and x′ through the adv set, without
            the predictor, for every method. The loss terms are means over the steps of an epoch, on training
            images, without their weights; ARAT’s invariance term is the same distance after the predictor.
          </Text>
          <ChartGrid charts={[...FEATURE_CHARTS, ...lossTermCharts(view)]} view={view} />
        </Stack>
      </Fold>
      <Fold
        id="why-bn"
        title={
          <Title order={3} size="h5">
            BatchNorm statistics
          </Title>
        }
      >
        <Stack gap="xs" component="section">
          <Text size="sm">
            BatchNorm centres and scales by the statistics of what passes through. If clean and adversarial
            images had different statistics, a shared BatchNorm would keep a mixture of both; ARAT keeps a set
            for each (split BN). Whether they differ is measured by sending a batch x and its adversarial
            images x′ through the same set, and comparing the mean μ and standard deviation σ of each channel
            (the mean below is over channels): {BATCH_DISTANCE} In the recorded runs that distance is small
            after training: below 0.01, mean over layers, whether the sets are shared or split. The distance
            of the two sets from each other is another figure: their affine parameters and running statistics
            move apart in training, whatever passes through.
          </Text>
          {runs.some((run) => run.bn.some(isOfTwoSets)) && (
            <Text size="sm" c="dimmed">
              This result is of an earlier version, which measured x through the clean set and x′ through the
              adv set. For contestants with split BatchNorm that is no distance of the images alone, and the
              charts leave it out.
            </Text>
          )}
          <ChartGrid charts={BATCH_NORM_CHARTS} view={view} />
        </Stack>
      </Fold>
      <Fold id="why-tables" title="Side by side; effects of the parts">
        <Stack gap="lg">
          <InferenceSets runs={runs} />
          <Ladder view={view} />
          <FactorialTable runs={runs} />
        </Stack>
      </Fold>
    </Stack>
  );
});
