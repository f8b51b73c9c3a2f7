import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configSchemaText } from './config-schema.ts';

test("given the page's schema of settings, when scale/config-schema.json is read, then it is made from that schema", () => {
  const written = readFileSync(new URL('../config-schema.json', import.meta.url), 'utf8');
  expect(written, 'run: npx tsx scale/testing/write-config-schema.ts').toBe(configSchemaText());
});
