/** Section 2: gradient conflict and BatchNorm statistics. */
import { Code, Stack, Text, Title } from '@mantine/core';
import type { BnPoint, ConflictPoint } from '../../core/result/results.ts';
import { byContestant } from '../../core/result/spread.ts';
import { Legend } from '../charts/Legend.tsx';
import { evenEnd, type Curve } from '../charts/series.ts';
import { SeriesChart } from '../charts/SeriesChart.tsx';
import { usePage } from '../state/store.ts';
import { BnPicture } from './BnPicture.tsx';
import { batchDistance } from './ladder.ts';
import { Ladder } from './Ladder.tsx';
import { LayerStrip } from './LayerStrip.tsx';

const conflict = (y: Curve<ConflictPoint>['y']): Curve<ConflictPoint> => ({
  points: (run) => run.gradientConflict,
  x: (p) => p.step,
  y,
});
const COSINE = conflict((p) => p.cosine);
const RATIO = conflict((p) => 100 * p.ratio);
const DISTANCE: Curve<BnPoint> = { points: (run) => run.bn, x: (p) => p.epoch, y: batchDistance };

export default function WhySection() {
  const view = usePage((s) => s.view);
  if (!view) return <Text c="dimmed">Gradient conflict and BatchNorm statistics appear here.</Text>;
  const { runs } = view;
  const contestants = byContestant(runs);
  const measured = contestants.filter((c) => c.runs.some((r) => r.gradientConflict.length > 0));
  const lastStep = Math.max(0, ...runs.map((r) => r.gradientConflict.at(-1)?.step ?? 0));
  const steps = { xUnit: 'step', xMax: evenEnd(lastStep) };
  return (
    <Stack gap="lg">
      <Legend runs={runs} />
      <Stack gap="xs" component="section">
        <Title order={3} size="h4">
          Gradient conflict
        </Title>
        <Text size="sm">
          Each objective is a sum of two terms; their gradients g₁ and g₂ act on the same shared weights.
          Cosine <Code>g₁·g₂ / ‖g₁‖‖g₂‖</Code> near 0, with half of the weights pulled in opposite directions,
          means that one term undoes part of the other. ARAT’s stop-gradient lets the invariance term move
          only the adversarial side. In the demo preset that lifts the cosine to about +0.3 and lowers the
          conflict to about 40 %; shorter runs show less. Switch it off and watch both return to chance.
        </Text>
        {measured.length === 0 ? (
          <Text c="dimmed" size="sm">
            No contestant of this race has two terms to compare (standard training, AT and an invariance
            weight of 0 have one).
          </Text>
        ) : (
          <>
            <div className="chart-grid">
              <SeriesChart
                title="Gradient cosine"
                unit="Cosine"
                {...steps}
                runs={runs}
                curve={COSINE}
                domain={[-1, 1]}
                digits={3}
                reference={{ y: 0, label: 'no agreement' }}
              />
              <SeriesChart
                title="Conflict ratio: weights pulled both ways"
                unit="Share (%)"
                {...steps}
                runs={runs}
                curve={RATIO}
                domain={[0, 100]}
                reference={{ y: 50, label: 'chance' }}
              />
            </div>
            <Text size="sm">
              By layer (stage, block, weight), from input to output, mean of the last measurements (blue: same
              direction, orange: against each other):
            </Text>
            {measured.map((c) => (
              <LayerStrip key={c.label} of={c} />
            ))}
          </>
        )}
      </Stack>
      <Stack gap="xs" component="section">
        <Title order={3} size="h4">
          BatchNorm statistics
        </Title>
        <Text size="sm">
          BatchNorm centres and scales by the statistics of what passes through. Clean and adversarial images
          have different ones; a shared BatchNorm has to keep a mixture of both. ARAT keeps a set for each
          (split BN). The distance is <Code>mean |μ − μ′| / √((σ² + σ′²)/2)</Code> over channels.
        </Text>
        <div className="chart-grid">
          <SeriesChart
            title="Distance of clean and adversarial batches, mean over layers"
            unit="Distance"
            xUnit="epoch"
            runs={runs}
            curve={DISTANCE}
            domain={{ atLeast: 0.05 }}
            digits={3}
            markers
            xMax={view.config.optimiser.epochs}
          />
          <BnPicture runs={runs} />
        </div>
      </Stack>
      <Ladder runs={runs} />
    </Stack>
  );
}
