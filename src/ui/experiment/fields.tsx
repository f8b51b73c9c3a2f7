/** A switch of the experiment: labelled, explained, bound to one value of the config. */
import { Switch, type Reason } from '../shared/controls.tsx';

interface SwitchFieldProps {
  readonly label: string;
  readonly help: string;
  readonly checked: boolean;
  readonly disabledBecause?: Reason;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchField({ label, help, checked, disabledBecause, onChange }: SwitchFieldProps) {
  return (
    <Switch
      label={label}
      description={help}
      checked={checked}
      disabledBecause={disabledBecause}
      size="sm"
      onChange={(e) => onChange(e.currentTarget.checked)}
    />
  );
}
