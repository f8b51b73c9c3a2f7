/**
 * Mantine's controls with one addition: `disabledBecause`, a sentence that says why the control does nothing now. Such
 * a control keeps the focus (a natively disabled one loses it), shows the sentence on hover, focus and touch
 * (`ReasonTip`), and gives it to screen readers. Nothing outside this folder sets `disabled` or `loading`; a lint rule
 * sees to that.
 */
import {
  ActionIcon as MantineActionIcon,
  Button as MantineButton,
  Chip as MantineChip,
  Loader,
  NativeSelect as MantineNativeSelect,
  SegmentedControl as MantineSegmentedControl,
  Switch as MantineSwitch,
  VisuallyHidden,
  type ActionIconProps,
  type ButtonProps,
  type ChipProps,
  type NativeSelectProps,
  type SegmentedControlProps,
  type SwitchProps,
} from '@mantine/core';
import {
  useId,
  type ComponentPropsWithRef,
  type KeyboardEvent,
  type ReactNode,
  type SyntheticEvent,
} from 'react';

/** Why a control does nothing now, in one sentence; null while it works. */
export type Reason = string | null;

interface Disableable {
  readonly disabledBecause?: Reason;
}

/** Attributes of the element that has the focus and the description. */
const blocked = (reason: Reason) =>
  reason === null
    ? {}
    : ({
        'aria-disabled': true,
        'aria-description': reason,
        'data-disabled': true,
        'data-reason': reason,
      } as const);

/** Attributes of the box around it, for the pointer. */
const around = (reason: Reason) => (reason === null ? {} : { 'data-reason': reason });

const refuse = (event: SyntheticEvent): void => event.preventDefault();

/** A description that exists hides `aria-description` from screen readers: the reason then stands in it. */
export const withReason = (description: ReactNode, reason: Reason): ReactNode =>
  reason === null || !description ? (
    description
  ) : (
    <>
      {description} <VisuallyHidden component="span">{reason}</VisuallyHidden>
    </>
  );

type NativeButton = Omit<ComponentPropsWithRef<'button'>, keyof ButtonProps>;

interface ButtonOwnProps extends Omit<ButtonProps, 'disabled' | 'loading'>, NativeButton, Disableable {
  /** What is under way because of this button, in one sentence: it shows a spinner and waits. */
  readonly busyBecause?: Reason;
}

export function Button({ disabledBecause = null, busyBecause = null, onClick, ...props }: ButtonOwnProps) {
  const reason = busyBecause ?? disabledBecause;
  return (
    <MantineButton
      {...props}
      {...(busyBecause !== null && {
        leftSection: <Loader size={14} color="currentColor" aria-hidden />,
        'aria-busy': true,
      })}
      {...blocked(reason)}
      onClick={reason === null ? onClick : refuse}
    />
  );
}

type NativeIconButton = Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps>;

export function ActionIcon({
  disabledBecause = null,
  onClick,
  ...props
}: Omit<ActionIconProps, 'disabled' | 'loading'> & NativeIconButton & Disableable) {
  return (
    <MantineActionIcon
      {...props}
      {...blocked(disabledBecause)}
      onClick={disabledBecause === null ? onClick : refuse}
    />
  );
}

/** Keys that open or change a list; Tab and the browser's own shortcuts pass. */
const changes = (event: KeyboardEvent): boolean =>
  event.key !== 'Tab' && event.key !== 'Escape' && !event.ctrlKey && !event.metaKey;

export function NativeSelect({
  disabledBecause = null,
  description,
  onChange,
  ...props
}: Omit<NativeSelectProps, 'disabled' | 'loading'> & Disableable) {
  const off = disabledBecause !== null;
  return (
    <MantineNativeSelect
      {...props}
      description={withReason(description, disabledBecause)}
      {...blocked(disabledBecause)}
      wrapperProps={around(disabledBecause)}
      onMouseDown={off ? refuse : undefined}
      onKeyDown={off ? (event) => changes(event) && refuse(event) : undefined}
      onChange={off ? refuse : onChange}
    />
  );
}

export function Switch({ disabledBecause = null, ...props }: Omit<SwitchProps, 'disabled'> & Disableable) {
  const id = useId();
  const off = disabledBecause !== null;
  return (
    <>
      <MantineSwitch
        {...props}
        {...blocked(disabledBecause)}
        readOnly={off}
        aria-describedby={off && props.description ? id : undefined}
        wrapperProps={around(disabledBecause)}
      />
      {off && (
        <span hidden id={id}>
          {disabledBecause}
        </span>
      )}
    </>
  );
}

/** In a `Chip.Group`, the group has to ignore changes as well: the chips only look and answer as disabled. */
export function Chip({ disabledBecause = null, ...props }: Omit<ChipProps, 'disabled'> & Disableable) {
  return (
    <MantineChip
      {...props}
      {...blocked(disabledBecause)}
      readOnly={disabledBecause !== null}
      wrapperProps={around(disabledBecause)}
    />
  );
}
Chip.Group = MantineChip.Group;

export function SegmentedControl<Value extends string>({
  disabledBecause = null,
  ...props
}: Omit<SegmentedControlProps<Value>, 'disabled'> & Disableable) {
  return (
    <MantineSegmentedControl {...props} {...blocked(disabledBecause)} readOnly={disabledBecause !== null} />
  );
}
