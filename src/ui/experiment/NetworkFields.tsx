/** The network: a ready one, or its parts. */
import { Stack } from '@mantine/core';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { rangeOfSetting } from '../../core/settings/range.ts';
import { networkCost } from '../../core/nn/architecture.ts';
import { NETWORKS, networkTitle } from '../../core/experiments/networks.ts';
import { NativeSelect, type Reason } from '../shared/controls.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { SwitchField } from './fields.tsx';

type Network = ExperimentConfig['network'];

const OWN = 'Your own';

interface Props {
  readonly value: Network;
  readonly classes: number;
  readonly disabledBecause: Reason;
  readonly onChange: (value: Network) => void;
}

export function NetworkFields({ value, classes, disabledBecause, onChange }: Props) {
  const title = networkTitle(value);
  const { flopPerImage } = networkCost({ ...value, classes });
  const blocks = value.blocks.join(', ');
  return (
    <Stack gap="xs">
      <NativeSelect
        size="xs"
        label="Ready network"
        description={`${(flopPerImage / 1e6).toPrecision(3)} MFLOP for one image forward.`}
        disabledBecause={disabledBecause}
        value={title ?? OWN}
        data={[...(title === null ? [OWN] : []), ...NETWORKS.map((n) => n.title)]}
        onChange={(e) => {
          const chosen = NETWORKS.find((n) => n.title === e.currentTarget.value);
          if (chosen) onChange(chosen.network);
        }}
      />
      <NumberField
        label="Width"
        help="Channels of the first stage; doubles per stage. ResNet-18 has 64."
        value={value.width}
        range={rangeOfSetting('network.width')}
        disabledBecause={disabledBecause}
        onChange={(width) => onChange({ ...value, width })}
      />
      <NativeSelect
        size="xs"
        label="Blocks per stage"
        disabledBecause={disabledBecause}
        value={blocks}
        data={[...new Set([blocks, '1', '1, 1', '1, 1, 1', '1, 1, 1, 1', '2, 2, 2', '2, 2, 2, 2'])]}
        onChange={(e) => onChange({ ...value, blocks: e.currentTarget.value.split(', ').map(Number) })}
      />
      <SwitchField
        label="Stride 2 in the first layer"
        help="A quarter of the cost; the official network has stride 1."
        checked={value.stemStride === 2}
        disabledBecause={disabledBecause}
        onChange={(on) => onChange({ ...value, stemStride: on ? 2 : 1 })}
      />
    </Stack>
  );
}
