/** Floating-point operations of an experiment, and an estimate of its time once this machine's speed is measured. */
import { Stack, Table, Text } from '@mantine/core';
import { IconStopwatch } from '@tabler/icons-react';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { networkCost } from '../../core/nn/architecture.ts';
import { raceSeconds, raceTeraflop } from '../../core/experiments/cost.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { roughly } from '../shared/format.ts';
import { Button, type Reason } from '../shared/controls.tsx';
import { usePage, workbench } from '../state/store.ts';

const size = (teraflop: number): string =>
  `${teraflop < 100 ? teraflop.toPrecision(2) : Math.round(teraflop).toLocaleString('en')} TFLOP`;

export function Cost({
  config,
  disabledBecause,
}: {
  readonly config: ExperimentConfig;
  readonly disabledBecause: Reason;
}) {
  const device = usePage((s) => s.device);
  const busy = usePage((s) => s.deviceBusy);
  const { parameters } = networkCost({ ...config.network, classes: config.dataset.classes.length });
  const time = (c: ExperimentConfig) => device && `about ${roughly(raceSeconds(c, device.gflops))}`;
  const seeds = config.repeats > 1 ? `, all ${config.repeats} seeds` : '';
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed" data-testid="cost">
        This race{seeds}: {size(raceTeraflop(config))} of training
        {device && (
          <>
            , <b>{time(config)} on this machine</b> with evaluation
            {config.evaluation.heldOut > 0 && ' and the attacks on held-out images after each epoch'}
          </>
        )}
        . The network has {(parameters / 1000).toFixed(0)} k weights.
      </Text>
      <details>
        <summary className="small-summary">What each preset costs</summary>
        <Table
          mt="2xs"
          fz="xs"
          withTableBorder
          aria-label="Cost of the presets"
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          <Table.Tbody>
            {(Object.keys(PRESETS) as PresetName[]).map((name) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" tt="capitalize">
                  {name}
                </Table.Th>
                <Table.Td ta="right">{size(raceTeraflop(PRESETS[name]))}</Table.Td>
                <Table.Td ta="right">{time(PRESETS[name]) ?? 'not measured'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
      {device ? (
        <Text size="xs" c="dimmed">
          Times are estimates: operations of training and evaluation, divided by the{' '}
          {device.gflops.toPrecision(2)} GFLOP/s that one small training step reached here. Other layer sizes
          can run faster or slower.
        </Text>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          w="fit-content"
          leftSection={<IconStopwatch size={14} />}
          busyBecause={busy ? 'This machine is being measured.' : null}
          disabledBecause={disabledBecause}
          onClick={() => void workbench.startDevice()}
        >
          Measure this machine (seconds)
        </Button>
      )}
    </Stack>
  );
}
