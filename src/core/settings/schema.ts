/** Makes valibot schemas from the entries of the table of settings. */
import * as v from 'valibot';
import { formulaOf } from '../formula/check.ts';
import { FormulaError } from '../formula/formula-error.ts';
import { LONGEST_FORMULA } from '../formula/tokens.ts';
import type { FormulaSpec, NumberRange, Spec, ValueOf } from './spec.ts';

function numberSchema({ min, max, integer }: NumberRange) {
  const bounds = [v.minValue<number, number>(min), v.maxValue<number, number>(max)] as const;
  return integer
    ? v.pipe(v.number(), v.finite(), v.integer(), ...bounds)
    : v.pipe(v.number(), v.finite(), ...bounds);
}

/** The message says what is wrong with the formula, at which character. */
const formulaSchema = (spec: FormulaSpec) =>
  v.pipe(
    v.string(),
    v.maxLength(LONGEST_FORMULA),
    v.rawCheck(({ dataset, addIssue }) => {
      const fault = dataset.typed ? formulaFault(spec, dataset.value) : null;
      if (fault !== null) addIssue({ message: fault.message });
    }),
  );

/** What is wrong with a formula, or null. */
export function formulaFault({ role, optional }: FormulaSpec, text: string): FormulaError | null {
  if (optional && text.trim() === '') return null;
  try {
    formulaOf(text, role);
    return null;
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
}

function presentSchema(spec: Spec): v.GenericSchema {
  switch (spec.kind) {
    case 'number':
      return numberSchema(spec);
    case 'flag':
      return v.boolean();
    case 'choice':
      return v.picklist(spec.choices.map(({ value }) => value));
    case 'formula':
      return formulaSchema(spec);
    case 'list':
      return v.pipe(v.array(numberSchema(spec.item)), v.minLength(spec.shortest), v.maxLength(spec.longest));
  }
}

/** The schema of a setting that must be present. */
export const valueSchema = <S extends Spec>(spec: S) => presentSchema(spec) as v.GenericSchema<ValueOf<S>>;

/** The schema of a setting; if its entry has an `absent` value, a missing setting gets that value. */
export const schemaOf = <S extends Spec>(spec: S): v.GenericSchema<ValueOf<S>> =>
  spec.absent === undefined
    ? valueSchema(spec)
    : (v.optional(presentSchema(spec), spec.absent) as v.GenericSchema<ValueOf<S>>);

type Schemas<T extends Readonly<Record<string, Spec>>> = { [K in keyof T]: v.GenericSchema<ValueOf<T[K]>> };

/** The schema of an object with these settings; it refuses any other key. */
export const objectOf = <T extends Readonly<Record<string, Spec>>>(specs: T) =>
  v.strictObject(
    Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, schemaOf(spec)])) as Schemas<T>,
  );
