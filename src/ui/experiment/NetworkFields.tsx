/** The settings of the network: a predefined network, or single settings. */
import { Stack } from '@mantine/core';
import { NETWORKS, networkTitle } from '../../core/experiments/networks.ts';
import { networkCost } from '../../core/nn/architecture.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { NativeSelect } from '../shared/controls.tsx';
import { SettingField, type Form } from './SettingField.tsx';

const OWN = 'Your own';

interface Props {
  readonly form: Form;
  /** Sets all settings of the network at once. */
  readonly onChoose: (network: ExperimentConfig['network']) => void;
}

export function NetworkFields({ form, onChoose }: Props) {
  const { network, dataset } = form.config;
  const title = networkTitle(network);
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  return (
    <Stack gap="xs">
      <NativeSelect
        size="xs"
        label="Ready network"
        description={`${(flopPerImage / 1e6).toPrecision(3)} MFLOP for one image forward.`}
        disabledBecause={form.locked}
        value={title ?? OWN}
        data={[...(title === null ? [OWN] : []), ...NETWORKS.map((n) => n.title)]}
        onChange={(e) => {
          const chosen = NETWORKS.find((n) => n.title === e.currentTarget.value);
          if (chosen) onChoose(chosen.network);
        }}
      />
      <SettingField path="network.width" form={form} />
      <SettingField path="network.family" form={form} />
      <SettingField path="network.blocks" form={form} />
      <SettingField path="network.stemStride" form={form} />
      <SettingField path="network.inputScale" form={form} />
    </Stack>
  );
}
