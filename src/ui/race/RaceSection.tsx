/** The Race section: learning curves, trade-off plane, result table and differences between contestants. */
import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { memo, useState } from 'react';
import { imagesText } from '../../core/result/accuracies.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { ChartGrid } from '../charts/chart.tsx';
import { Legend } from '../charts/Legend.tsx';
import { accuracyWords } from '../charts/series.ts';
import { Fold } from '../shared/Fold.tsx';
import { usePage } from '../state/store.ts';
import { useView } from '../state/useView.ts';
import { COMPUTE_CHARTS, RACE_CHARTS } from './charts.ts';
import type { Axis } from './charts/accuracy.ts';
import { DifferenceTable } from './DifferenceTable.tsx';
import { EXPECTED, EXPECTED_OF_CONTROL } from './expected.ts';
import { ResultTable } from './ResultTable.tsx';

export default function RaceSection() {
  const view = useView();
  return view ? <Race view={view} /> : <Text c="dimmed">The learning curves appear here.</Text>;
}

const Race = memo(function Race({ view }: { readonly view: RaceResult }) {
  const [axis, setAxis] = useState<Axis>('epoch');
  const shown = usePage((s) => s.shown);
  const { runs, config } = view;
  const hasControl = config.contestants.some((c) => c.method === 'arat' && c.switches.invarianceWeight === 0);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs">
        <Legend runs={runs} />
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label="X axis of the learning curves"
          data={[
            { value: 'epoch', label: 'by epochs' },
            { value: 'flop', label: 'by compute (FLOP)' },
          ]}
          value={axis}
          onChange={(value) => setAxis(value as Axis)}
        />
      </Group>
      <ChartGrid charts={axis === 'epoch' ? RACE_CHARTS : COMPUTE_CHARTS} view={view} />
      <Fold id="race-table" title="Table and differences" initially={shown !== 'recorded'}>
        <Stack gap="md">
          <ResultTable view={view} />
          <DifferenceTable runs={runs} />
          <Text size="xs" c="dimmed">
            {imagesText(runs, config)} {accuracyWords(runs)}
          </Text>
          <Text size="sm">
            AT is adversarial training, TRADES “TRadeoff-inspired Adversarial DEfense via Surrogate-loss
            minimization”, ARAT “Asymmetric Representation-regularized Adversarial Training”. {EXPECTED}{' '}
            {hasControl && EXPECTED_OF_CONTROL} One seed of a quick run tells no difference of a few points
            from chance. The paper’s gain in robustness was measured with ResNet-18, 50,000 images and 100
            epochs; a run of minutes does not show it.
          </Text>
        </Stack>
      </Fold>
    </Stack>
  );
});
