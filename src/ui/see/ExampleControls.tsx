import {
  ActionIcon,
  Group,
  NumberInput,
  SegmentedControl,
  Slider,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconDice3 } from '@tabler/icons-react';
import { LIMITS, move, type ExampleSettings } from './settings.ts';

interface Props {
  readonly value: ExampleSettings;
  readonly onChange: (value: ExampleSettings) => void;
  /** Test images to choose among. */
  readonly images: number;
  readonly factor: number;
  readonly onFactor: (factor: number) => void;
  readonly disabled: boolean;
}

const numeric = (use: (x: number) => void) => (x: string | number) => {
  const n = typeof x === 'number' ? x : Number.parseFloat(x);
  if (Number.isFinite(n)) use(n);
};

/** Image, attack, budget and amplification. */
export function ExampleControls({ value, onChange, images, factor, onFactor, disabled }: Props) {
  const set = (change: Partial<ExampleSettings>) => onChange({ ...value, ...change });
  const pgd = value.attack === 'pgd';
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Group gap={4} align="flex-end" wrap="nowrap">
          <Tooltip label="Previous image">
            <ActionIcon
              variant="default"
              size={36}
              aria-label="Previous image"
              disabled={disabled}
              onClick={() => set({ index: move(value.index, -1, images) })}
            >
              <IconArrowLeft size={18} />
            </ActionIcon>
          </Tooltip>
          <NumberInput
            label="Test image"
            value={value.index}
            min={0}
            max={Math.max(0, images - 1)}
            clampBehavior="blur"
            allowDecimal={false}
            allowNegative={false}
            w={96}
            disabled={disabled}
            onChange={numeric((index) => set({ index: Math.min(index, Math.max(0, images - 1)) }))}
          />
          <Tooltip label="Next image">
            <ActionIcon
              variant="default"
              size={36}
              aria-label="Next image"
              disabled={disabled}
              onClick={() => set({ index: move(value.index, 1, images) })}
            >
              <IconArrowRight size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="A random image">
            <ActionIcon
              variant="default"
              size={36}
              aria-label="Random image"
              disabled={disabled}
              onClick={() => set({ index: Math.floor(Math.random() * Math.max(1, images)) })}
            >
              <IconDice3 size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Stack gap={2}>
          <Text size="sm" fw={500} id="see-attack">
            Attack
          </Text>
          <SegmentedControl
            aria-labelledby="see-attack"
            value={value.attack}
            disabled={disabled}
            onChange={(attack) => set({ attack })}
            data={[
              { value: 'fgsm', label: 'FGSM' },
              { value: 'pgd', label: 'PGD' },
            ]}
          />
        </Stack>
        <Stack gap={2}>
          <Text size="sm" fw={500} id="see-loss">
            Loss
          </Text>
          <SegmentedControl
            aria-labelledby="see-loss"
            value={value.loss}
            disabled={disabled}
            onChange={(loss) => set({ loss })}
            data={[
              { value: 'ce', label: 'Cross-entropy' },
              { value: 'margin', label: 'Margin' },
            ]}
          />
        </Stack>
        <NumberInput
          label="ε (of 255)"
          value={value.eps255}
          min={0}
          max={LIMITS.eps255}
          step={1}
          decimalScale={2}
          w={96}
          disabled={disabled}
          onChange={numeric((eps255) => set({ eps255 }))}
        />
        <NumberInput
          label="Step (of 255)"
          value={pgd ? value.step255 : value.eps255}
          min={0}
          max={LIMITS.step255}
          step={0.5}
          decimalScale={2}
          w={104}
          disabled={disabled || !pgd}
          onChange={numeric((step255) => set({ step255 }))}
        />
        <NumberInput
          label="Steps"
          value={pgd ? value.steps : 1}
          min={1}
          max={LIMITS.steps}
          allowDecimal={false}
          w={88}
          disabled={disabled || !pgd}
          onChange={numeric((steps) => set({ steps }))}
        />
      </Group>
      <Stack gap={2} maw={360}>
        <Text size="sm" fw={500} id="see-factor">
          Amplification of the perturbation: ×{factor}
        </Text>
        <Slider
          thumbProps={{ 'aria-labelledby': 'see-factor' }}
          min={1}
          max={50}
          value={factor}
          onChange={onFactor}
          label={(x) => `×${x}`}
        />
      </Stack>
    </Stack>
  );
}
