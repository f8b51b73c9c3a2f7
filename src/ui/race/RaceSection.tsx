/** Section 1: learning curves, the trade-off plane and the table. */
import { Stack, Text } from '@mantine/core';
import { imagesText } from '../../core/result/accuracies.ts';
import { ChartGrid } from '../charts/chart.tsx';
import { Legend } from '../charts/Legend.tsx';
import { usePage } from '../state/store.ts';
import { RACE_CHARTS } from './charts.ts';
import { DifferenceTable } from './DifferenceTable.tsx';
import { ResultTable } from './ResultTable.tsx';

export default function RaceSection() {
  const view = usePage((s) => s.view);
  if (!view) return <Text c="dimmed">The learning curves appear here.</Text>;
  const { runs, config } = view;
  const hasControl = config.contestants.some((c) => c.method === 'arat' && c.switches.invarianceWeight === 0);
  return (
    <Stack gap="md">
      <Legend
        runs={runs}
        oneSeed="Bands and bars: 95 % confidence interval (Wilson) of an accuracy, given the number of test images."
      />
      <ChartGrid charts={RACE_CHARTS} view={view} />
      <Text size="xs" c="dimmed">
        {imagesText(runs, config)}
      </Text>
      <ResultTable view={view} />
      <DifferenceTable runs={runs} />
      <Text size="sm">
        What to expect: in a reference study of the demo preset (PyTorch, two seeds) ARAT came out 3 to 4
        points cleaner than adversarial training at about the same robust accuracy.
        {hasControl &&
          ' The control, ARAT with invariance weight 0, gained as much: at this scale the gain comes from training on clean and adversarial images with auto-balance, not from the invariance term.'}{' '}
        In a quick run of one seed, differences of a few points mean nothing. The paper’s gain in robustness
        was measured with ResNet-18, 50,000 images and 100 epochs; a run of minutes does not show it.
      </Text>
    </Stack>
  );
}
