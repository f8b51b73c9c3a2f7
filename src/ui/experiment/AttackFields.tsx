import { Group, Stack } from '@mantine/core';
import { SettingField, type Form } from './SettingField.tsx';

export function AttackFields({ form }: { readonly form: Form }) {
  return (
    <Stack gap="xs">
      <SettingField path="attack.eps" form={form} />
      <Group grow align="flex-start">
        <SettingField path="attack.steps" form={form} />
        <SettingField path="attack.stepSize" form={form} />
      </Group>
      <Group grow align="flex-start">
        <SettingField path="evaluation.steps" form={form} />
        <SettingField path="evaluation.stepSize" form={form} />
      </Group>
      <Group grow align="flex-start">
        <SettingField path="evaluation.n" form={form} />
        <SettingField path="conflictEvery" form={form} />
      </Group>
      <SettingField path="pairImages" form={form} />
      <SettingField path="evaluation.trainingSet" form={form} />
      <SettingField path="evaluation.heldOut" form={form} />
      <SettingField path="evaluation.sets" form={form} />
    </Stack>
  );
}
