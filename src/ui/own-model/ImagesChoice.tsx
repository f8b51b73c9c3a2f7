import { Stack, Text } from '@mantine/core';
import type { AttackableOnPage } from '../state/useAttackable.ts';
import { NativeSelect } from '../shared/controls.tsx';
import type { ImageChoice } from '../workbench/attackable.ts';

/** Whose test images are attacked; shown only while there are opened models. */
export function ImagesChoice({ choices, choice, choose, among }: AttackableOnPage) {
  if (choices.length === 0) return null;
  return (
    <Stack gap="2xs" align="flex-start">
      <NativeSelect
        label="Test images"
        description="An opened model can be attacked on the images of the race, or on those that the settings choose."
        value={choice}
        data={choices.map(({ value, label }) => ({ value, label }))}
        onChange={(e) => choose(e.currentTarget.value as ImageChoice)}
      />
      {among.map((sentence) => (
        <Text key={sentence} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {sentence}
        </Text>
      ))}
    </Stack>
  );
}
