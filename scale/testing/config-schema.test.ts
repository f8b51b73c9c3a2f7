import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configSchemaText, vocabularyText } from './config-schema.ts';

test("given the page's schema of settings, when scale/config-schema.json is read, then it is made from that schema", () => {
  const written = readFileSync(new URL('../config-schema.json', import.meta.url), 'utf8');
  expect(written, 'run: npx tsx scale/testing/write-config-schema.ts').toBe(configSchemaText());
});

test("given the page's vocabulary of formulas, when scale/formula/vocabulary.json is read, then it is made from it", () => {
  const written = readFileSync(new URL('../formula/vocabulary.json', import.meta.url), 'utf8');
  expect(written, 'run: npx tsx scale/testing/write-config-schema.ts').toBe(vocabularyText());
});
