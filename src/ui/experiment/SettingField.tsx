import { memo, type ReactNode } from 'react';
import { settingAt } from '../../core/settings/at.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { SETTINGS, type SettingPath, type SettingValue } from '../../core/settings/specs.ts';
import type { Reason } from '../shared/controls.tsx';
import { SpecField } from './SpecField.tsx';

/** The experiment in the form, and how to edit it. */
export interface Form {
  readonly config: ExperimentConfig;
  /** Why nothing can be changed now. */
  readonly locked: Reason;
  /** Edits the settings of the moment; the same function at each rendering. */
  readonly edit: <P extends SettingPath>(path: P, value: SettingValue<P>) => void;
}

interface Props<P extends SettingPath> {
  readonly path: P;
  readonly form: Form;
  /** Why this setting cannot be changed although the form is not locked. */
  readonly disabledBecause?: Reason;
}

const sameField = <P extends SettingPath>(a: Props<P>, b: Props<P>): boolean =>
  a.path === b.path &&
  a.disabledBecause === b.disabledBecause &&
  a.form.locked === b.form.locked &&
  a.form.edit === b.form.edit &&
  settingAt(a.form.config, a.path) === settingAt(b.form.config, b.path);

/** The form's control for a setting of the experiment. An edit of another setting does not render it again. */
export const SettingField = memo(function SettingField<P extends SettingPath>({
  path,
  form,
  disabledBecause = null,
}: Props<P>) {
  return (
    <SpecField
      spec={SETTINGS[path]}
      value={settingAt(form.config, path)}
      disabledBecause={form.locked ?? disabledBecause}
      onChange={(value) => form.edit(path, value)}
    />
  );
}, sameField) as <P extends SettingPath>(props: Props<P>) => ReactNode;
