/**
 * Mantine's controls with one addition: `disabledBecause`, a sentence that says why the control does nothing now. Such
 * a control keeps the focus (a natively disabled one loses it), shows the sentence on hover, focus and touch
 * (`ReasonTip`), and gives it to screen readers. A lint rule forbids `disabled` and `loading` outside this folder.
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

/** Attributes of the element that receives the focus and has the description. */
const blocked = (reason: Reason) =>
  reason === null
    ? {}
    : ({
        'aria-disabled': true,
        'aria-description': reason,
        'data-disabled': true,
        'data-reason': reason,
      } as const);

/** Attributes of the box around that element, for ReasonTip. */
const around = (reason: Reason) => (reason === null ? {} : { 'data-reason': reason });

const refuse = (event: SyntheticEvent): void => event.preventDefault();

/** The description with the reason, hidden visually: beside a description, screen readers ignore `aria-description`. */
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
  /** What the button has started, in one sentence. The button shows a spinner and does nothing meanwhile. */
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

/** Whether a key may open or change a list: all but Tab, Escape and shortcuts of the browser. */
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

/** A `Chip.Group` around it must ignore changes itself: these chips only look disabled and give the reason. */
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
