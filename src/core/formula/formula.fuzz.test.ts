import fc from 'fast-check';
import { fuzz } from '../testing/fuzz.ts';
import { formulaOf, type Role } from './check.ts';
import { EXAMPLES } from './examples.ts';
import { FormulaError } from './formula-error.ts';
import { LONGEST_FORMULA } from './tokens.ts';
import { FUNCTIONS, NAMES } from './vocabulary.ts';

const role = fc.constantFrom<Role>('objective', 'first', 'second');

function check([text, role]: [string, Role]): string {
  try {
    formulaOf(text, role);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { at, end, message } = error;
    if (!(at >= 0 && at <= end && end <= text.length)) throw new Error(`a place outside: ${at} to ${end}`);
    if (!/^character \d+: [^\n\r]{5,300}\.$/.test(message)) throw new Error(`an unclear message: ${message}`);
    return 'refused';
  }
}

/** Formulas by the whole grammar, with right and wrong types. */
const written = fc.letrec<{ any: string; value: string }>((tie) => ({
  value: fc.oneof(
    fc.constantFrom(...Object.values(FUNCTIONS).map(({ example }) => example)),
    fc.constantFrom(...Object.keys(NAMES)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('0', '1e-12', '2', '.5'),
  ),
  any: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    tie('value'),
    fc.tuple(tie('any'), fc.constantFrom(' + ', '-', ' * ', '/'), tie('any')).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom(...Object.keys(FUNCTIONS)), tie('any')).map(([f, arg]) => `${f}(${arg})`),
    fc
      .tuple(fc.constantFrom(...Object.keys(FUNCTIONS)), tie('any'), tie('any'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie('any').map((inner) => `(${inner})`),
    tie('any').map((inner) => `-${inner}`),
    tie('any').map((inner) => `mean(${inner})`),
  ),
})).any;

const texts = Object.values(EXAMPLES).flatMap(({ switches: s }) => [
  s.attackObjective,
  s.firstTerm,
  s.secondTerm,
]);
/** A correct formula with up to two characters removed and up to two inserted at one place. */
const damagedText = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat(2),
    fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom(..."()+-*/,'xyfz")),
  )
  .map(([text, at, cut, put]) => {
    const i = at % (text.length + 1);
    return text.slice(0, i) + put + text.slice(i + cut);
  });

/** Texts that often break parsers: deep nesting, length, look-alike characters, names of object properties. */
const hostile = fc.oneof(
  fc
    .tuple(fc.constantFrom('(', '-', 'mean(', 'f(x', '1+', '/*', '"', '`', '\\', '[', '{'), fc.nat(2000))
    .map(([s, n]) => s.repeat(n)),
  fc.constantFrom(
    '__proto__',
    'constructor(1)',
    'toString()',
    'f(x).constructor("return 1")()',
    'hasOwnProperty(x)',
    'mean(ce(f(x), y)); alert(1)',
    'ｆ(x)',
    'f\u200b(x)',
    '\u202ef(x)',
    '\ud800',
    'x\u0000',
    '1e309',
    '0x10',
    '1_000',
    '1n',
    '٣',
    'x"',
    "x''",
    'f(x)(y)',
    'f (x)',
  ),
  fc.string({ unit: 'binary', maxLength: 2 * LONGEST_FORMULA }),
  fc.string({ unit: 'grapheme' }),
);

fuzz(
  'given any string as a formula, when read, then it is accepted or refused with a message and a position within it',
  fc.tuple(fc.oneof(written, damagedText, hostile), role),
  check,
  { short: 2000, reaches: ['accepted', 'refused'] },
);
