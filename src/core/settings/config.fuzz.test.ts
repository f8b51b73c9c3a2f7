import fc from 'fast-check';
import { PRESETS } from '../experiments/presets.ts';
import { fuzz } from '../testing/fuzz.ts';
import { oneValueReplaced } from '../testing/value-replaced.ts';
import { parseConfig, type ExperimentConfig } from './config.ts';

const preset = fc.constantFrom(...Object.values(PRESETS));
/** Numbers at the edges of their range, and values of other types. */
const edges = fc.constantFrom<unknown>(
  NaN,
  Infinity,
  -Infinity,
  -0,
  2 ** 53,
  1e-320,
  0.5,
  '8/255',
  null,
  undefined,
  [],
  {},
);

function check(input: unknown): string {
  let config: ExperimentConfig;
  try {
    config = parseConfig(input);
  } catch (error) {
    const { message } = error as Error;
    if (!/^The experiment's settings are not valid: [^\n]+$/.test(message)) throw error;
    return 'refused';
  }
  const numbers = JSON.stringify(config, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Error('a number that is not finite was accepted');
    return value;
  });
  // parseConfig changes no valid value: reading its output again gives the same settings.
  if (JSON.stringify(parseConfig(JSON.parse(numbers))) !== numbers)
    throw new Error('read again, the settings differ');
  const radii = [config.attack.eps, config.attack.stepSize, config.evaluation.stepSize];
  if (radii.some((r) => r > 1)) throw new Error('a radius above 1 was accepted');
  return 'accepted';
}

fuzz(
  'given settings with one value replaced, when parsed, then they are refused in one line or accepted unchanged',
  fc.oneof(
    preset.chain((config) => oneValueReplaced(config)),
    fc
      .tuple(preset, fc.constantFrom('attack', 'evaluation', 'optimiser', 'network'), fc.nat(9), edges)
      .map(([config, part, at, value]) => {
        const changed = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
        const keys = Object.keys(changed[part]);
        changed[part][keys[at % keys.length]] = value;
        return changed;
      }),
  ),
  check,
  { short: 500, reaches: ['refused', 'accepted'] },
);

fuzz('given any value as settings, when parsed, then it is refused in one line', fc.anything(), check, {
  short: 500,
  reaches: ['refused'],
});
