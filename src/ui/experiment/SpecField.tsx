/** The form's control for an entry of the table of settings. */
import { Code, Input } from '@mantine/core';
import type { ListSpec, NumberSpec, Spec, ValueOf } from '../../core/settings/spec.ts';
import { NativeSelect, Switch, type Reason } from '../shared/controls.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { tidy } from '../shared/read-number.ts';

interface Props<S extends Spec> {
  readonly spec: S;
  readonly value: ValueOf<S>;
  readonly disabledBecause: Reason;
  readonly onChange: (value: ValueOf<S>) => void;
}

/** What a control shows for a value of any type. */
interface Words {
  readonly label: string;
  readonly help: string;
  readonly disabledBecause: Reason;
}

/** The same under the names of Mantine's inputs. */
const labelled = ({ label, help, disabledBecause }: Words) => ({ label, description: help, disabledBecause });

interface NumberProps extends Words {
  readonly spec: NumberSpec;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A field for a number. A radius is shown in units of 1/255, tidied such that dividing by 255 gives it back. */
function NumberControl({ spec, value, onChange, ...words }: NumberProps) {
  const { min, max, integer, step, unit } = spec;
  if (unit === undefined)
    return <NumberField {...words} value={value} range={spec} step={step} onChange={onChange} />;
  return (
    <NumberField
      {...words}
      value={tidy(value * 255)}
      range={{ min: tidy(min * 255), max: tidy(max * 255), integer }}
      step={step}
      suffix={unit}
      onChange={(shown) => onChange(shown / 255)}
    />
  );
}

interface ListProps extends Words {
  readonly spec: ListSpec;
  readonly value: readonly number[];
  readonly onChange: (value: number[]) => void;
}

const SEPARATOR = ', ';

function ListControl({ spec, value, onChange, ...words }: ListProps) {
  const lists = [value, ...(spec.ready ?? [])].map((list) => list.join(SEPARATOR));
  return (
    <NativeSelect
      size="xs"
      {...labelled(words)}
      value={lists[0]}
      data={[...new Set(lists)].map((list) => ({ value: list, label: list || 'none' }))}
      onChange={({ currentTarget: { value: list } }) =>
        onChange(list === '' ? [] : list.split(SEPARATOR).map(Number))
      }
    />
  );
}

/** A formula as it stands; it is written in ../own-method/OwnMethod.tsx. */
function FormulaText({ label, help, text }: Omit<Words, 'disabledBecause'> & { readonly text: string }) {
  return (
    <Input.Wrapper size="xs" label={label} description={help} labelElement="div">
      <Code block style={{ whiteSpace: 'pre-wrap' }} aria-label={label}>
        {text === '' ? 'none' : text}
      </Code>
    </Input.Wrapper>
  );
}

interface AnyProps extends Pick<Words, 'disabledBecause'> {
  readonly spec: Spec;
  readonly value: boolean | string | number | readonly number[];
  readonly onChange: (value: boolean | string | number | number[]) => void;
}

function AnyField({ spec, value, disabledBecause, onChange }: AnyProps) {
  const { label, help } = spec;
  const words = { label, help, disabledBecause };
  switch (spec.kind) {
    case 'number':
      return <NumberControl {...words} spec={spec} value={Number(value)} onChange={onChange} />;
    case 'list':
      return (
        <ListControl
          {...words}
          spec={spec}
          value={typeof value === 'object' ? value : spec.default}
          onChange={onChange}
        />
      );
    case 'flag':
      return (
        <Switch
          size="sm"
          {...labelled(words)}
          checked={value === true}
          onChange={(e) => onChange(e.currentTarget.checked)}
        />
      );
    case 'formula':
      return <FormulaText {...words} text={String(value)} />;
    case 'choice':
      return (
        <NativeSelect
          size="xs"
          {...labelled(words)}
          value={String(value)}
          data={spec.choices.map((choice) => ({ value: String(choice.value), label: choice.words }))}
          onChange={(e) => {
            const chosen = spec.choices.find((choice) => String(choice.value) === e.currentTarget.value);
            if (chosen) onChange(chosen.value);
          }}
        />
      );
  }
}

/** The control gives back values of the entry's own type: a choice from its list, a number for a number. */
export const SpecField = <S extends Spec>(props: Props<S>) => (
  <AnyField {...(props as unknown as AnyProps)} />
);
