/** Fields of the experiment: labelled, explained, bound to one value of the config. */
import { NumberInput, Switch } from '@mantine/core';

interface NumberFieldProps {
  readonly label: string;
  readonly help?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly decimals?: number;
  readonly suffix?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

export function NumberField({
  label,
  help,
  value,
  min,
  max,
  step = 1,
  decimals = 0,
  suffix,
  disabled,
  onChange,
}: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      description={help}
      value={value}
      min={min}
      max={max}
      step={step}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      suffix={suffix}
      clampBehavior="blur"
      disabled={disabled}
      size="xs"
      // An empty field keeps the last number: the config always holds a valid type.
      onChange={(v) => typeof v === 'number' && Number.isFinite(v) && onChange(v)}
    />
  );
}

interface SwitchFieldProps {
  readonly label: string;
  readonly help: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchField({ label, help, checked, disabled, onChange }: SwitchFieldProps) {
  return (
    <Switch
      label={label}
      description={help}
      checked={checked}
      disabled={disabled}
      size="sm"
      onChange={(e) => onChange(e.currentTarget.checked)}
    />
  );
}
