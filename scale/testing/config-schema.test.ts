import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { configSchemaText } from './config-schema.ts';
import { python, WHY_NOT } from './python.ts';

test("given the page's schema of settings, when scale/config-schema.json is read, then it is made from that schema", () => {
  const written = readFileSync(new URL('../config-schema.json', import.meta.url), 'utf8');
  expect(written, 'run: npx tsx scale/testing/write-config-schema.ts').toBe(configSchemaText());
});

const READ = `
import sys, json
from scale.config import ConfigError, parse_config
from scale.methods import method_of
config = parse_config(json.loads(sys.argv[1]))
try:
    method_of(config.contestants[0], config.attack)
except ConfigError as error:
    print(error)
`;

test.skipIf(WHY_NOT !== null)(
  'given a method that is written as formulas, when scale/ is to train it, then one sentence says that it does not',
  async () => {
    const config = { ...PRESETS.quick, contestants: [contestant('custom')] };
    const { stdout, stderr } = await python(['-c', READ, JSON.stringify(config)]);
    expect(stderr).toBe('');
    expect(stdout.trim()).toMatch(/^Custom is written as formulas, which scale\/ does not read: .*\.$/);
  },
);
