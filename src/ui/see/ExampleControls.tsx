import { Group, Slider, Stack, Text, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconDice3 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AttackInfo } from '../../worker/viewer.ts';
import { ActionIcon, NativeSelect, SegmentedControl, type Reason } from '../shared/controls.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { LIMITS, move, type ExampleSettings } from './settings.ts';

interface Props {
  readonly value: ExampleSettings;
  readonly onChange: (value: ExampleSettings) => void;
  /** Empty until the engine has sent them. */
  readonly attacks: readonly AttackInfo[];
  /** Test images to choose among. */
  readonly images: number;
  readonly factor: number;
  readonly onFactor: (factor: number) => void;
  /** Why no example can be computed now. */
  readonly disabledBecause: Reason;
}

interface ImageButtonProps extends Pick<Props, 'disabledBecause'> {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button with an icon that chooses another test image. */
function ImageButton({ label, disabledBecause, onClick, children }: ImageButtonProps) {
  return (
    <Tooltip label={label} disabled={disabledBecause !== null}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={label}
        disabledBecause={disabledBecause}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Image, attack, budget and amplification. */
export function ExampleControls({
  value,
  onChange,
  attacks,
  images,
  factor,
  onFactor,
  disabledBecause,
}: Props) {
  const set = (change: Partial<ExampleSettings>) => onChange({ ...value, ...change });
  const attack = attacks.find((a) => a.id === value.attack);
  const linf = value.norm === 'linf';
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Group gap="2xs" align="flex-end" wrap="nowrap">
          <ImageButton
            label="Previous image"
            disabledBecause={disabledBecause}
            onClick={() => set({ index: move(value.index, -1, images) })}
          >
            <IconArrowLeft size={18} />
          </ImageButton>
          <NumberField
            label="Test image"
            value={value.index}
            range={{ min: 0, max: Math.max(0, images - 1), integer: true }}
            size="sm"
            w={96}
            disabledBecause={disabledBecause}
            onChange={(index) => set({ index })}
          />
          <ImageButton
            label="Next image"
            disabledBecause={disabledBecause}
            onClick={() => set({ index: move(value.index, 1, images) })}
          >
            <IconArrowRight size={18} />
          </ImageButton>
          <ImageButton
            label="Random image"
            disabledBecause={disabledBecause}
            onClick={() => set({ index: Math.floor(Math.random() * Math.max(1, images)) })}
          >
            <IconDice3 size={18} />
          </ImageButton>
        </Group>
        <NativeSelect
          label="Attack"
          value={value.attack}
          disabledBecause={disabledBecause}
          data={attacks.length > 0 ? attacks.map((a) => ({ value: a.id, label: a.name })) : [value.attack]}
          // null: the new attack's own number of steps.
          onChange={(e) => set({ attack: e.currentTarget.value, iterations: null })}
        />
        <Stack gap="3xs">
          <Text size="sm" fw={500} id="see-norm">
            Size of δ in
          </Text>
          <SegmentedControl
            aria-labelledby="see-norm"
            value={value.norm}
            disabledBecause={disabledBecause}
            onChange={(norm) => set({ norm })}
            data={[
              { value: 'linf', label: 'L∞' },
              { value: 'l2', label: 'L2' },
            ]}
          />
        </Stack>
        {linf ? (
          <NumberField
            label="ε (of 255)"
            value={value.eps255}
            range={{ min: 0, max: LIMITS.eps255, integer: false }}
            size="sm"
            w={96}
            disabledBecause={disabledBecause}
            onChange={(eps255) => set({ eps255 })}
          />
        ) : (
          <NumberField
            label="ε (L2)"
            value={value.epsL2}
            range={{ min: 0, max: LIMITS.epsL2, integer: false }}
            size="sm"
            step={0.1}
            w={96}
            disabledBecause={disabledBecause}
            onChange={(epsL2) => set({ epsL2 })}
          />
        )}
        <NumberField
          label={attack?.whiteBox === false ? 'Queries' : 'Steps'}
          value={value.iterations ?? attack?.iterations ?? NaN}
          range={{ min: 1, max: LIMITS.iterations, integer: true }}
          size="sm"
          w={96}
          disabledBecause={
            disabledBecause ?? (attack?.adjustable ? null : 'This attack has a fixed number of steps.')
          }
          onChange={(iterations) => set({ iterations })}
        />
      </Group>
      {attack && (
        <Text size="sm" c="dimmed">
          {attack.description}{' '}
          <span style={{ whiteSpace: 'nowrap' }}>({attack.source.split(', https')[0]})</span>
        </Text>
      )}
      <Stack gap="3xs" maw={360}>
        <Text size="sm" fw={500} id="see-factor">
          Amplification of the perturbation: ×{factor}
        </Text>
        <Slider
          thumbSize={24}
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
