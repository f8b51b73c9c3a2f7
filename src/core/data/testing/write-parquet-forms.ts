/**
 * Writes the parquet files of testing/forms, as Hugging Face has them: `npx tsx
 * src/core/data/testing/write-parquet-forms.ts`. `titled`: with a column of another name in place of the labels.
 */
import { writeFileSync } from 'node:fs';
import { HUNDRED, TEN } from './form-list.ts';
import { parquetOf } from './samples.ts';

const write = (name: string, bytes: Uint8Array) =>
  writeFileSync(new URL(`forms/${name}.parquet`, import.meta.url), bytes);

for (const which of ['train', 'test'] as const) {
  write(`ten-${which}`, parquetOf(TEN[which], 3));
  write(`titled-${which}`, parquetOf(TEN[which], 3, undefined, 'title'));
  write(`hundred-${which}`, parquetOf(HUNDRED[which], 3, undefined, 'fine_label'));
}
