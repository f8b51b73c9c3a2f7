import { Group, Stack } from '@mantine/core';
import { SettingField, type Form } from './SettingField.tsx';

export function OptimiserFields({ form }: { readonly form: Form }) {
  return (
    <Stack gap="xs">
      <Group grow align="flex-start">
        <SettingField path="optimiser.epochs" form={form} />
        <SettingField path="optimiser.batchSize" form={form} />
      </Group>
      <SettingField path="optimiser.learningRate" form={form} />
      <SettingField path="optimiser.schedule" form={form} />
      <SettingField
        path="optimiser.milestones"
        form={form}
        disabledBecause={
          form.config.optimiser.schedule === 'step' ? null : 'Only the step schedule has milestones.'
        }
      />
      <Group grow align="flex-start">
        <SettingField path="optimiser.momentum" form={form} />
        <SettingField path="optimiser.weightDecay" form={form} />
      </Group>
      <SettingField path="optimiser.keepLastBatch" form={form} />
      <SettingField path="balanceImages" form={form} />
      <SettingField
        path="initialBalance"
        form={form}
        disabledBecause={form.config.balanceImages === 'first' ? null : 'The first balance is measured, too.'}
      />
      <SettingField path="seed" form={form} />
      <SettingField path="augmentation.crop" form={form} />
      <SettingField path="augmentation.flip" form={form} />
    </Stack>
  );
}
