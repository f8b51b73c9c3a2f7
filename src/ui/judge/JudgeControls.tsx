import { Group, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconScale } from '@tabler/icons-react';
import type { Depth } from '../../core/judge/plan.ts';
import { SETTINGS } from '../../core/settings/specs.ts';
import { duration } from '../shared/format.ts';
import { Button, NativeSelect } from '../shared/controls.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { DEPTHS } from './depths.ts';
import type { JudgeViewProps } from './JudgeView.tsx';

const NORMS = [
  { value: 'linf', label: 'L∞' },
  { value: 'l2', label: 'L2, ε 0.5' },
];

/** Options of the report, and start, pause and stop. */
export function JudgeControls({
  unavailable,
  images,
  classes,
  choice,
  onChoice,
  estimate,
  judge,
  onRun,
}: JudgeViewProps) {
  const { running, paused, stopping, report } = judge;
  const off = running ? 'A report is being made: stop it, or wait for its end.' : unavailable;
  const ending = stopping ? 'The report stops after the current pass.' : null;
  const depth = DEPTHS.find((d) => d.value === choice.depth)!;
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <NativeSelect
          label="Attacks"
          data={DEPTHS.map((d) => ({ value: d.value, label: d.label(classes) }))}
          value={choice.depth}
          disabledBecause={off}
          onChange={(e) => onChoice({ ...choice, depth: e.currentTarget.value as Depth })}
        />
        <NativeSelect
          label="Norm"
          data={NORMS}
          value={choice.norm}
          disabledBecause={off}
          onChange={(e) => onChoice({ ...choice, norm: e.currentTarget.value as 'linf' | 'l2' })}
        />
        <NumberField
          label={`Test images (of ${images})`}
          value={choice.n}
          range={{ min: 1, max: images, integer: true }}
          step={100}
          size="sm"
          w={150}
          disabledBecause={off}
          onChange={(n) => onChoice({ ...choice, n })}
        />
        <NumberField
          label="Seed of the starts"
          value={choice.seed}
          range={SETTINGS.seed}
          size="sm"
          w={140}
          disabledBecause={off}
          onChange={(seed) => onChoice({ ...choice, seed })}
        />
        {!running && (
          <Button leftSection={<IconScale size={18} />} onClick={onRun} disabledBecause={off}>
            {report ? 'Judge again' : 'Judge the models'}
          </Button>
        )}
        {running && (
          <Button
            variant="default"
            leftSection={paused ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
            onClick={paused ? judge.resume : judge.pause}
            disabledBecause={ending}
          >
            {paused ? 'Resume the report' : 'Pause the report'}
          </Button>
        )}
        {running && (
          <Button
            color="red"
            variant="light"
            leftSection={<IconPlayerStop size={18} />}
            onClick={judge.stop}
            disabledBecause={ending}
          >
            Stop the report
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {depth.words(classes)}
        {!running && estimate !== null && unavailable === null
          ? ` At most about ${duration(Math.max(1, estimate))} here.`
          : ''}
      </Text>
    </Stack>
  );
}
