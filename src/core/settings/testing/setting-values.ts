/** Values for tests that go through the whole table of settings. */
import fc from 'fast-check';
import type { NumberRange, Spec, ValueOf } from '../spec.ts';

/** Without -0, since its text is that of 0. */
const number = ({ min, max, integer }: NumberRange) =>
  integer ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true }).map((x) => x + 0);

function any(spec: Spec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'number':
      return fc.oneof(number(spec), fc.constantFrom(spec.min, spec.max, spec.default));
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...spec.choices.map(({ value }) => value));
    case 'formula':
      return fc.constantFrom(spec.default, ...spec.examples);
    case 'list':
      return fc.oneof(
        fc.array(number(spec.item), { minLength: spec.shortest, maxLength: spec.longest }),
        fc.constantFrom(...(spec.ready ?? [spec.default])).map((list) => [...list]),
      );
  }
}

/** Any value that the entry allows. */
export const anyValue = <S extends Spec>(spec: S) => any(spec) as fc.Arbitrary<ValueOf<S>>;

function other(spec: Spec): unknown {
  switch (spec.kind) {
    case 'number': {
      const higher = spec.default + (spec.integer ? 3 : 0.5);
      return higher <= spec.max ? higher : spec.min;
    }
    case 'flag':
      return !spec.default;
    case 'choice':
      return spec.choices.find(({ value }) => value !== spec.default)!.value;
    case 'formula':
      return spec.examples[0];
    case 'list':
      return spec.default.length < spec.longest ? [...spec.default, spec.item.max] : spec.default.slice(1);
  }
}

/** A value that the entry allows and that is not its default. */
export const otherValue = <S extends Spec>(spec: S) => other(spec) as ValueOf<S>;
