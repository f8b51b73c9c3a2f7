/**
 * The JSON Schema of an experiment, made from the schema that the page uses (settings/config.ts): the Python package
 * reads it, so that every range has one home. `npx tsx scale/testing/write-config-schema.ts` writes the file;
 * config-schema.test.ts fails when it is out of date.
 */
import { FUNCTIONS, NAMES, TYPE_WORDS } from '../../src/core/formula/vocabulary.ts';
import { ConfigSchema } from '../../src/core/settings/config.ts';

interface Action {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
}
interface Schema {
  readonly type: string;
  readonly pipe?: readonly (Action | Schema)[];
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
}
type JsonSchema = Record<string, unknown>;

/**
 * Keywords of the limits that config.ts uses; an action without one here (trim, labels that must differ) is left to
 * Python's own code.
 */
const KEYWORDS: Readonly<Record<string, (limit: unknown) => JsonSchema>> = {
  min_value: (minimum) => ({ minimum }),
  max_value: (maximum) => ({ maximum }),
  integer: () => ({ type: 'integer' }),
  min_length: (minItems) => ({ minItems }),
  max_length: (maxItems) => ({ maxItems }),
};
const ON_STRINGS: Readonly<Record<string, string>> = { minItems: 'minLength', maxItems: 'maxLength' };

function base(schema: Schema): JsonSchema {
  switch (schema.type) {
    case 'strict_object': {
      // A field that may be absent has no default: Python refuses it with a sentence of its own (config.py).
      const entries = Object.entries(schema.entries!).filter(
        ([, s]) => s.type !== 'optional' || s.default !== undefined,
      );
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([name, s]) => [name, jsonSchema(s)])),
        required: entries.filter(([, s]) => s.type !== 'optional').map(([name]) => name),
        additionalProperties: false,
      };
    }
    case 'optional':
      return { ...jsonSchema(schema.wrapped!), default: schema.default };
    case 'array':
      return { type: 'array', items: jsonSchema(schema.item!) };
    case 'picklist':
      return { enum: schema.options };
    case 'literal':
      return { const: schema.literal };
    case 'number':
    case 'string':
    case 'boolean':
      return { type: schema.type };
    default:
      throw new Error(`config-schema.ts does not know valibot's '${schema.type}': add it to base().`);
  }
}

function jsonSchema(schema: Schema): JsonSchema {
  const out = base(schema);
  for (const action of (schema.pipe ?? []).slice(1)) {
    const keywords = KEYWORDS[action.type]?.((action as Action).requirement) ?? {};
    for (const [name, value] of Object.entries(keywords))
      out[out.type === 'string' ? (ON_STRINGS[name] ?? name) : name] = value;
  }
  return out;
}

/** The text of scale/formula/vocabulary.json: the names and functions of formulas, with their types. */
export const vocabularyText = (): string =>
  `${JSON.stringify(
    {
      names: Object.fromEntries(Object.entries(NAMES).map(([name, { type }]) => [name, type])),
      functions: Object.fromEntries(
        Object.entries(FUNCTIONS).map(([name, { example, signatures }]) => [name, { example, signatures }]),
      ),
      typeWords: TYPE_WORDS,
    },
    null,
    1,
  )}\n`;

/** The text of scale/config-schema.json. */
export const configSchemaText = (): string =>
  `${JSON.stringify(jsonSchema(ConfigSchema as unknown as Schema), null, 1)}\n`;
