import { Badge, Button, Group, List, NumberInput, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle, IconPlayerStop, IconScale } from '@tabler/icons-react';
import type { JobProgress, RobustnessReport } from '../../worker/api.ts';
import { duration } from '../see/format.ts';
import { RobustnessTable } from './RobustnessTable.tsx';
import { SweepChart } from './SweepChart.tsx';
import { Notice } from '../see/Notice.tsx';

export interface JudgeOptions {
  readonly n: number;
  readonly seed: number;
}

export interface JudgeViewProps {
  /** Null while trained models are there and idle; else why not and what to do, in one sentence. */
  readonly unavailable: string | null;
  readonly images: number;
  readonly options: JudgeOptions;
  readonly onOptions: (options: JudgeOptions) => void;
  readonly running: boolean;
  readonly stopping: boolean;
  readonly progress: JobProgress | null;
  readonly report: RobustnessReport | null;
  readonly error: string | null;
  readonly labels: readonly string[];
  readonly colour: (label: string) => string;
  readonly onRun: () => void;
  readonly onStop: () => void;
}

function ProgressLine({ progress, stopping }: { progress: JobProgress | null; stopping: boolean }) {
  const share = progress && progress.total > 0 ? (100 * progress.done) / progress.total : 0;
  const left = progress?.secondsLeft;
  const words = stopping
    ? 'Stopping after the batch that is under way…'
    : progress
      ? `${progress.what}${left === null || left === undefined ? '' : `, about ${duration(left)} left`}`
      : 'Starting…';
  return (
    <Stack gap={4}>
      <Progress value={share} aria-label="Progress of the robustness report" />
      <Text size="sm" c="dimmed" role="status">
        {words}
      </Text>
    </Stack>
  );
}

function Flags({ report }: { report: RobustnessReport }) {
  if (report.flags.length === 0)
    return (
      <Notice
        color="teal"
        icon={<IconInfoCircle />}
        title={report.complete ? 'No sanity check raised a flag' : 'No flag so far'}
      >
        {report.complete
          ? 'Each check of this report passed. That makes gradient masking less likely; it does not prove robustness.'
          : 'The checks that need the missing attacks were not made.'}
      </Notice>
    );
  return (
    <Notice
      color="orange"
      icon={<IconAlertTriangle />}
      title={`Sanity checks: ${report.flags.length} to look at`}
    >
      <List size="sm" spacing={4}>
        {report.flags.map((flag) => (
          <List.Item key={`${flag.id}|${flag.label}`}>
            <b>{flag.label}</b>: {flag.message}
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}

/** The robustness report: options, progress, table, eps sweep and sanity flags. */
export function JudgeView(props: JudgeViewProps) {
  const {
    unavailable,
    images,
    options,
    onOptions,
    running,
    stopping,
    progress,
    report,
    error,
    labels,
    colour,
  } = props;
  const off = unavailable !== null || running;
  return (
    <Stack gap="md">
      <Text size="sm">
        A robust accuracy is only as good as the attack: every figure under an attack is an <b>upper bound</b>
        , which a stronger attack may lower. Intervals are 95 % Wilson intervals over the images counted.
      </Text>
      <Group gap="sm" align="flex-end">
        <NumberInput
          label="Test images"
          description={`of ${images}`}
          value={options.n}
          min={1}
          max={images}
          step={100}
          allowDecimal={false}
          allowNegative={false}
          w={120}
          disabled={off}
          onChange={(x) =>
            typeof x === 'number' && onOptions({ ...options, n: Math.min(Math.max(1, x), images) })
          }
        />
        <NumberInput
          label="Seed"
          description="of the starts"
          value={options.seed}
          min={0}
          max={2 ** 31 - 1}
          allowDecimal={false}
          allowNegative={false}
          w={120}
          disabled={off}
          onChange={(x) => typeof x === 'number' && onOptions({ ...options, seed: x })}
        />
        {running ? (
          <Button
            color="red"
            variant="light"
            leftSection={<IconPlayerStop size={18} />}
            onClick={props.onStop}
            disabled={stopping}
          >
            Stop
          </Button>
        ) : (
          <Button leftSection={<IconScale size={18} />} onClick={props.onRun} disabled={off}>
            {report ? 'Judge again' : 'Judge the models'}
          </Button>
        )}
      </Group>
      {unavailable !== null && !running && (
        <Notice color="blue" icon={<IconInfoCircle />} title="Nothing to attack yet">
          {unavailable}
        </Notice>
      )}
      {running && <ProgressLine progress={progress} stopping={stopping} />}
      {error !== null && (
        <Notice color="red" icon={<IconAlertTriangle />} title="The report could not be made">
          {error}
        </Notice>
      )}
      {report && (
        <Stack gap="md" aria-label="Robustness report" role="region">
          <Group gap="xs">
            {report.complete ? (
              <Badge variant="default">complete</Badge>
            ) : (
              <Badge color="orange" variant="filled" autoContrast>
                partial: stopped before the end
              </Badge>
            )}
            <Text size="sm" c="dimmed">
              BatchNorm branch: {report.branch}, eval mode; seed {report.seed}; L∞, images in [0, 1].
            </Text>
          </Group>
          {!report.complete && (
            <Text size="sm">
              What is missing was not reached, and a row may count fewer images than asked for: read each cell
              with its own count, and do not compare cells that counted different images.
            </Text>
          )}
          <RobustnessTable report={report} labels={labels} colour={colour} />
          <SweepChart report={report} labels={labels} colour={colour} />
          <Flags report={report} />
        </Stack>
      )}
    </Stack>
  );
}
