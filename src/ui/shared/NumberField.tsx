/** A field for numbers. While its text is no allowed number, it is marked as wrong and names the range. */
import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { withReason, type Reason } from './controls.tsx';
import { rangeInWords, readNumber, showNumber, tidy, type NumberRange } from './read-number.ts';

export interface NumberFieldProps {
  readonly label: string;
  readonly help?: string;
  /** The number in use; NaN shows an empty field. */
  readonly value: number;
  readonly range: NumberRange;
  readonly step?: number;
  /** Unit behind the number, e.g. `/255`. */
  readonly suffix?: string;
  readonly size?: 'xs' | 'sm';
  readonly w?: number;
  readonly disabledBecause?: Reason;
  readonly onChange: (value: number) => void;
}

const STEPPERS = [
  { by: -1, Icon: IconMinus },
  { by: 1, Icon: IconPlus },
] as const;

export function NumberField({
  label,
  help,
  value,
  range,
  step = 1,
  suffix = '',
  size = 'xs',
  w,
  disabledBecause = null,
  onChange,
}: NumberFieldProps) {
  /** The text while it is edited; null: the number in use is shown. */
  const [draft, setDraft] = useState<string | null>(null);
  /** The note that says which number replaced a text that could not be used; shown while that number is in use. */
  const [said, setNote] = useState<{ readonly text: string; readonly value: number } | null>(null);
  const note = said && Object.is(said.value, value) ? said.text : null;
  const off = disabledBecause !== null;
  const used = Number.isNaN(value) ? '' : showNumber(value);
  const read = draft === null ? null : readNumber(draft, range, suffix);
  const allowed = rangeInWords(range, suffix);

  const edit = (text: string) => {
    if (off) return;
    setNote(null);
    setDraft(text);
    const edited = readNumber(text, range, suffix);
    if (edited.ok) onChange(edited.value);
  };
  const leave = () => {
    setDraft(null);
    if (draft === null || !read || read.ok) return;
    const name =
      draft.trim() === '' ? 'The field was empty' : `“${draft.trim().slice(0, 30)}” is not ${allowed}`;
    const now = read.nearest ?? value;
    if (read.nearest !== null) onChange(read.nearest);
    setNote({ value: now, text: `${name}: ${showNumber(now)}${suffix} is used.` });
  };
  const move = (by: number) => {
    if (off) return;
    const from = read?.ok ? read.value : Number.isNaN(value) ? range.min : value;
    setNote(null);
    setDraft(null);
    onChange(Math.min(range.max, Math.max(range.min, tidy(from + by * step))));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') leave();
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };
  return (
    <TextInput
      label={label}
      size={size}
      w={w}
      inputMode="decimal"
      autoComplete="off"
      value={draft ?? used}
      readOnly={off}
      error={
        read && !read.ok ? `Allowed: ${allowed}.${used && ` ${used}${suffix} is still used.`}` : undefined
      }
      description={
        note ? (
          <>
            {withReason(help, disabledBecause)}{' '}
            <Text span inherit c="var(--mantine-color-error)" role="status">
              {note}
            </Text>
          </>
        ) : (
          withReason(help, disabledBecause)
        )
      }
      {...(off && {
        'aria-disabled': true,
        'aria-description': disabledBecause,
        'data-disabled': true,
        'data-reason': disabledBecause,
        wrapperProps: { 'data-reason': disabledBecause },
      })}
      onChange={(event) => edit(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={onKeyDown}
      rightSectionWidth={suffix ? 86 : 52}
      rightSectionPointerEvents={off ? 'none' : 'all'}
      rightSection={
        <span className="number-field-side">
          {suffix && <span aria-hidden>{suffix}</span>}
          <span className="number-field-steppers">
            {STEPPERS.map(({ by, Icon }) => (
              // For the pointer only: on the keyboard, the arrow keys do the same.
              <UnstyledButton
                key={by}
                tabIndex={-1}
                aria-hidden
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => move(by)}
              >
                <Icon size={14} />
              </UnstyledButton>
            ))}
          </span>
        </span>
      }
    />
  );
}
