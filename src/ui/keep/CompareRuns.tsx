/** Ticked runs side by side: settings that differ, curves in one chart, final figures and paired differences. */
import { Stack, Table, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { mostEpochs } from '../../core/experiments/epochs.ts';
import { estimateImages } from '../../core/result/accuracies.ts';
import { attackText, byContestant, type SeedRuns } from '../../core/result/spread.ts';
import { finalText } from '../shared/format.ts';
import { TextTable } from '../shared/TextTable.tsx';
import { WideTable } from '../shared/WideTable.tsx';
import { Legend } from '../charts/Legend.tsx';
import { accuracyWords } from '../charts/series.ts';
import { SeriesChart } from '../charts/SeriesChart.tsx';
import { DifferenceRows } from '../race/DifferenceRows.tsx';
import { figureCaption } from './figure-caption.ts';
import { letterOf, overlayOf, runDifferences, type ComparedRun } from './overlay.ts';
import { settingsDiff } from './settings-diff.ts';

/** The settings in which runs differ so that their figures are not comparable, in words. */
export function comparability(runs: readonly ComparedRun[]): string[] {
  const differs = (of: (r: ComparedRun) => unknown) =>
    new Set(runs.map((r) => JSON.stringify(of(r)))).size > 1;
  const out: string[] = [];
  if (differs((r) => [r.result.config.dataset.source, r.result.config.dataset.classes]))
    out.push('data or classes');
  if (
    differs((r) => [
      r.result.config.attack.eps,
      r.result.config.evaluation.steps,
      r.result.config.evaluation.stepSize,
    ])
  )
    out.push('the evaluation attack');
  if (differs((r) => r.result.config.dataset.testSize)) out.push('the number of test images');
  if (differs((r) => r.result.config.network)) out.push('the network');
  if (differs((r) => [r.result.config.optimiser, r.result.config.dataset.trainSize]))
    out.push('the training schedule or size');
  if (differs((r) => r.result.config.precision)) out.push('the precision');
  if (differs((r) => [r.result.config.seed, r.result.config.repeats])) out.push('the seeds');
  return out;
}

function measuredBy({ runs }: SeedRuns, status: string): string {
  const finals = runs.flatMap((r) => r.final ?? []);
  if (finals.length === 0) return `no final figures: ${status}`;
  const seeds = finals.length > 1 ? `; mean ± standard deviation of ${finals.length} seeds` : '';
  return `${attackText(finals[0].attack, finals.length)}; ${finals[0].n} images${seeds}`;
}

type Runs = readonly ComparedRun[];

function SettingsDiff({ runs }: { readonly runs: Runs }) {
  const rows = settingsDiff(runs.map((r) => r.result.config));
  if (rows.length === 0) return <Text size="sm">All settings are equal.</Text>;
  return (
    <TextTable
      minWidth={420}
      areaLabel="Settings that differ, scrollable"
      aria-label="Settings that differ"
      head={['Setting', ...runs.map((_, i) => letterOf(i))]}
      rows={rows.map(({ label, values }) => [label, ...values])}
    />
  );
}

function Finals({ runs }: { readonly runs: Runs }) {
  return (
    <WideTable
      minWidth={520}
      areaLabel="Comparison, scrollable"
      aria-label="Final figures of the chosen runs"
      withTableBorder
      verticalSpacing="2xs"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Run</Table.Th>
          <Table.Th scope="col">Contestant</Table.Th>
          <Table.Th scope="col" ta="right">
            Clean
          </Table.Th>
          <Table.Th scope="col" ta="right">
            Robust
          </Table.Th>
          <Table.Th scope="col">Measured by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.flatMap((run, k) =>
          byContestant(run.result.runs).map((c, i, all) => (
            <Table.Tr key={`${run.id}|${c.label}`}>
              {i === 0 && (
                <Table.Th scope="rowgroup" rowSpan={all.length} fw={500} style={{ verticalAlign: 'top' }}>
                  {letterOf(k)}: {run.name}
                </Table.Th>
              )}
              <Table.Td>{c.label}</Table.Td>
              <Table.Td ta="right">{finalText(c.runs, 'clean')}</Table.Td>
              <Table.Td ta="right">{finalText(c.runs, 'robust')}</Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed">
                  {measuredBy(c, run.result.status)}
                </Text>
              </Table.Td>
            </Table.Tr>
          )),
        )}
      </Table.Tbody>
    </WideTable>
  );
}

function Differences({ runs }: { readonly runs: Runs }) {
  const rows = runDifferences(runs);
  if (rows.length === 0)
    return (
      <Text size="sm">
        No differences: no contestant with final figures and a seed in common is in run A and another run.
      </Text>
    );
  return (
    <DifferenceRows
      of="Difference"
      rows={rows}
      areaLabel="Differences between the runs, scrollable"
      aria-label="Differences between the runs"
    />
  );
}

/** `the first 128 test images`, or `the first test images (A: 128, B: 256)`. */
export function estimateWords(runs: Runs): string {
  const counts = runs.map(({ result }) => estimateImages(result.config).toLocaleString('en'));
  if (new Set(counts).size === 1) return `the first ${counts[0]} test images`;
  return `the first test images (${counts.map((n, i) => `${letterOf(i)}: ${n}`).join(', ')})`;
}

/** The caption of the exported curves: of each run its name, and what `figureCaption` says of it. */
export const comparedCaption = (runs: Runs): string =>
  runs.map(({ name, result }, i) => `${letterOf(i)}, ${name}: ${figureCaption(result, null)}`).join('. ');

function Curves({ runs }: { readonly runs: Runs }) {
  const overlay = useMemo(() => {
    const { runs: all, styles, curve } = overlayOf(runs);
    return { all, styles, clean: curve('clean'), robust: curve('robust') };
  }, [runs]);
  const frame = {
    unit: 'Accuracy (%)',
    xUnit: 'epoch',
    xMax: Math.max(...runs.map((r) => mostEpochs(r.result.config))),
    domain: [0, 100] as const,
    markers: true,
    runs: overlay.all,
    styles: overlay.styles,
    caption: comparedCaption(runs),
  };
  return (
    <>
      <Legend runs={overlay.all} styles={overlay.styles} />
      <div className="chart-grid">
        <SeriesChart {...frame} title="Clean accuracy, compared runs" curve={overlay.clean} />
        <SeriesChart {...frame} title="Robust accuracy, compared runs" curve={overlay.robust} />
      </div>
      <Text size="xs" c="dimmed">
        Colour and marker: contestant. Dash: run
        {runs.map(({ name }, i) => ` ${letterOf(i)}: ${name}`).join(';')}. {accuracyWords(overlay.all)} Before
        the last point, accuracies are estimates on {estimateWords(runs)}.
      </Text>
    </>
  );
}

/** Two or more runs compared; `runs` must be the same array while they are the same runs. */
export function CompareRuns({ runs }: { readonly runs: Runs }) {
  const differences = comparability(runs);
  return (
    <Stack gap="xs" component="section" aria-label="Comparison of the chosen runs">
      <Title order={4} size="h5">
        Compared
      </Title>
      {differences.length > 0 && (
        <Text size="sm">Compare with care: these runs differ in {differences.join(', ')}.</Text>
      )}
      <Curves runs={runs} />
      <SettingsDiff runs={runs} />
      <Finals runs={runs} />
      <Differences runs={runs} />
    </Stack>
  );
}
