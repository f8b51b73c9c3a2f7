/** Writes scale/config-schema.json anew. */
import { writeFileSync } from 'node:fs';
import { configSchemaText } from './config-schema.ts';

writeFileSync(new URL('../config-schema.json', import.meta.url), configSchemaText());
