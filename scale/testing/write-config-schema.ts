/** Writes scale/config-schema.json and scale/formula/vocabulary.json anew. */
import { writeFileSync } from 'node:fs';
import { configSchemaText, vocabularyText } from './config-schema.ts';

writeFileSync(new URL('../config-schema.json', import.meta.url), configSchemaText());
writeFileSync(new URL('../formula/vocabulary.json', import.meta.url), vocabularyText());
