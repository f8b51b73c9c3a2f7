import {
  ActionIcon,
  Group,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Slider,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconDice3 } from '@tabler/icons-react';
import type { AttackInfo } from '../../worker/viewer.ts';
import { LIMITS, move, type ExampleSettings } from './settings.ts';

interface Props {
  readonly value: ExampleSettings;
  readonly onChange: (value: ExampleSettings) => void;
  /** Empty until they are known. */
  readonly attacks: readonly AttackInfo[];
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
export function ExampleControls({ value, onChange, attacks, images, factor, onFactor, disabled }: Props) {
  const set = (change: Partial<ExampleSettings>) => onChange({ ...value, ...change });
  const attack = attacks.find((a) => a.id === value.attack);
  const linf = value.norm === 'linf';
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
        <NativeSelect
          label="Attack"
          value={value.attack}
          disabled={disabled}
          data={attacks.length > 0 ? attacks.map((a) => ({ value: a.id, label: a.name })) : [value.attack]}
          // Each attack has steps of its own.
          onChange={(e) => set({ attack: e.currentTarget.value, iterations: null })}
        />
        <Stack gap={2}>
          <Text size="sm" fw={500} id="see-norm">
            Size of δ in
          </Text>
          <SegmentedControl
            aria-labelledby="see-norm"
            value={value.norm}
            disabled={disabled}
            onChange={(norm) => set({ norm })}
            data={[
              { value: 'linf', label: 'L∞' },
              { value: 'l2', label: 'L2' },
            ]}
          />
        </Stack>
        {linf ? (
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
        ) : (
          <NumberInput
            label="ε (L2)"
            value={value.epsL2}
            min={0}
            max={LIMITS.epsL2}
            step={0.1}
            decimalScale={3}
            w={96}
            disabled={disabled}
            onChange={numeric((epsL2) => set({ epsL2 }))}
          />
        )}
        <NumberInput
          label={attack?.whiteBox === false ? 'Queries' : 'Steps'}
          value={value.iterations ?? attack?.iterations ?? ''}
          min={1}
          max={LIMITS.iterations}
          allowDecimal={false}
          w={96}
          disabled={disabled || !attack?.adjustable}
          onChange={numeric((iterations) => set({ iterations }))}
        />
      </Group>
      {attack && (
        <Text size="sm" c="dimmed">
          {attack.description}{' '}
          <span style={{ whiteSpace: 'nowrap' }}>({attack.source.split(', https')[0]})</span>
        </Text>
      )}
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
