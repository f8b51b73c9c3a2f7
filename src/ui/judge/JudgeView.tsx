import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import type { JobProgress } from '../../worker/api.ts';
import { downloadText } from '../shared/download.ts';
import type { ContestantStyle } from '../charts/styles.ts';
import { duration } from '../shared/format.ts';
import { ModelsNotice } from '../shared/ModelsNotice.tsx';
import { Notice } from '../shared/Notice.tsx';
import { Checks } from './Checks.tsx';
import { JudgeControls } from './JudgeControls.tsx';
import { RobustnessTable } from './RobustnessTable.tsx';
import { radius, reportCsv } from './rows.ts';
import { SweepChart } from './SweepChart.tsx';
import { TransferTable } from './TransferTable.tsx';
import type { Robustness } from './useRobustness.ts';

export type JudgeChoice = Omit<RobustnessOptions, 'eps'>;

export interface JudgeViewProps {
  /** Why no models can be attacked now and what to do, in one sentence; null while trained models are idle. */
  readonly unavailable: string | null;
  readonly images: number;
  readonly classes: number;
  /** A control that chooses whose test images are attacked, or nothing. */
  readonly imagesChoice?: ReactNode;
  readonly choice: JudgeChoice;
  /** In [0,1] pixel units. */
  readonly eps: number;
  readonly onChoice: (choice: JudgeChoice) => void;
  /** Seconds that the report takes at most; null until known. */
  readonly estimate: number | null;
  readonly judge: Robustness;
  /** Whether the rows were measured on models other than those on the page now. */
  readonly earlier: boolean;
  readonly labels: readonly string[];
  /** Models that cannot be attacked, and why, in a sentence. */
  readonly failed: ReadonlyMap<string, string>;
  readonly look: (label: string) => ContestantStyle;
  readonly onRun: () => void;
}

function ProgressLine({
  progress,
  judge: { stopping, paused },
}: {
  readonly progress: JobProgress | null;
  readonly judge: Robustness;
}) {
  const share = progress && progress.total > 0 ? (100 * progress.done) / progress.total : 0;
  const left = progress?.secondsLeft;
  const state = stopping
    ? 'Stopping after the current pass…'
    : paused
      ? 'Paused'
      : progress
        ? `${progress.what}${left === null || left === undefined ? '' : `, at most ${duration(Math.max(1, left))} left`}`
        : 'Starting…';
  return (
    <Stack gap="2xs">
      <Progress value={share} aria-label="Progress of the robustness report" />
      <Text size="sm" c="dimmed">
        {state}
      </Text>
    </Stack>
  );
}

/** `adv`; `adv, of Mine: clean` if an opened model answers through the other set. */
function setsWords({ branch, rows }: RobustnessReport): string {
  const others = new Set(rows.flatMap((r) => (r.branch ? [`of ${r.label}: ${r.branch}`] : [])));
  return [branch, ...others].join(', ');
}

/** ` Mine has 10 outputs: those for other classes than these are left out.`; empty for models without such outputs. */
function outputsWords({ rows }: RobustnessReport): string {
  const more = new Map(rows.flatMap(({ label, outputs }) => (outputs ? [[label, outputs]] : [])));
  return [...more]
    .map(
      ([label, outputs]) =>
        ` ${label} has ${outputs} outputs: those for classes other than these images’ are left out.`,
    )
    .join('');
}

function ReportHead({ report }: { readonly report: RobustnessReport }) {
  const { norm, eps, seed } = report.options;
  const save = (kind: 'json' | 'csv') =>
    kind === 'json'
      ? downloadText(JSON.stringify(report, null, 1), 'robustness.json', 'application/json')
      : downloadText(reportCsv(report), 'robustness.csv', 'text/csv');
  return (
    <Group gap="xs">
      {report.complete ? (
        <Badge variant="default">complete</Badge>
      ) : (
        <Badge color="orange" variant="filled" autoContrast>
          partial: stopped before the end
        </Badge>
      )}
      <Text size="sm" c="dimmed">
        {norm === 'linf' ? 'L∞' : 'L2'}, ε {radius(eps, norm)}; BatchNorm set: {setsWords(report)}; eval mode;
        seed {seed}; images in [0, 1].{outputsWords(report)}
      </Text>
      {(['csv', 'json'] as const).map((kind) => (
        <Button
          key={kind}
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() => save(kind)}
        >
          {kind.toUpperCase()}
        </Button>
      ))}
    </Group>
  );
}

/** The robustness report: options, progress, table, eps sweep, transfer and checks. */
export function JudgeView(props: JudgeViewProps) {
  const { unavailable, judge, labels, look, choice } = props;
  const { running, progress, report, error } = judge;
  const { earlier } = props;
  const rows = report?.rows ?? judge.rows;
  // A model that was tested before its training failed has rows.
  const failed = new Map([...props.failed].filter(([label]) => rows.every((r) => r.label !== label)));
  const tested = labels.filter((label) => !failed.has(label));
  return (
    <Stack gap="md">
      <Text size="sm">
        A robust accuracy is only as good as the attack: every figure under an attack is an <b>upper bound</b>
        , which a stronger attack may lower. Intervals are 95 % Wilson intervals over the images tried.
      </Text>
      {props.imagesChoice}
      <JudgeControls {...props} />
      {unavailable !== null && !running && (
        <ModelsNotice title="Nothing to attack yet">{unavailable}</ModelsNotice>
      )}
      {running && <ProgressLine progress={progress} judge={judge} />}
      {error !== null && (
        <Notice
          color="red"
          icon={<IconAlertTriangle />}
          title={rows.length > 0 ? 'The report ended early' : 'The report could not be made'}
        >
          {error}
          {rows.length > 0 && ' The rows below were measured before that; the others are missing.'}
        </Notice>
      )}
      {(report !== null || rows.length > 0) && (
        <Stack gap="md" aria-label="Robustness report" role="region">
          {earlier && (
            <Notice color="yellow" icon={<IconAlertTriangle />} title="Figures of earlier models">
              These were measured on the models of an earlier race, step or backend, not on those of the run
              shown now. A new test replaces them.
            </Notice>
          )}
          {report && <ReportHead report={report} />}
          {report && !report.complete && (
            <Text size="sm">
              The report was stopped before the missing rows, and a row may count fewer images than chosen:
              read each cell with its count, and do not compare cells with different counts.
            </Text>
          )}
          <RobustnessTable
            rows={rows}
            norm={report?.options.norm ?? choice.norm}
            labels={labels}
            failed={failed}
            colour={(label) => look(label).colour}
          />
          {report && (
            <>
              <SweepChart report={report} labels={tested} look={look} />
              <TransferTable report={report} labels={tested} />
              <Checks report={report} labels={tested} />
            </>
          )}
        </Stack>
      )}
    </Stack>
  );
}
