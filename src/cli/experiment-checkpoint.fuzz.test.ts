import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../core/experiments/presets.ts';
import { sealed } from '../core/race/race-checkpoint.ts';
import { emptyRun } from '../core/race/race-log.ts';
import { damaged, fuzz } from '../core/testing/fuzz.ts';
import type { Checkpoint } from '../core/training/checkpoint.ts';
import { UsageError } from './args.ts';
import { checkpointPath, keepCheckpoint, readCheckpoint } from './experiment-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = join(folder, 'r.json');

type State = Parameters<typeof keepCheckpoint>[1];
const HEAD = {
  runId: 'cli',
  config: PRESETS.quick,
  provenance: 'made for a test',
  epoch: 3,
  stepsDone: 40,
  stepsTotal: 100,
  savedAt: '2026-01-01T00:00:00.000Z',
};
const RUN = emptyRun(PRESETS.quick.contestants[0]);
const TRAINER = {
  version: 1,
  label: 'AT',
  parameters: { 'conv1.weight': Float32Array.from({ length: 300 }, Math.sin) },
} as unknown as Checkpoint;
/** Has the form of a race's state as far as its file depends on it. */
const STATE: State = sealed({ ...HEAD, version: 2, lanes: [{ run: RUN, trainer: TRAINER, data: null }] });
/** The same state in the form of version 1, before files had a checksum. */
const OLD_STATE = { ...HEAD, version: 1, runs: [RUN], trainers: [TRAINER] };

describe('the state’s file', async () => {
  await keepCheckpoint(out, STATE);
  const whole = await readCheckpoint(out);
  const bytes = readFileSync(checkpointPath(out));

  fuzz(
    'given a damaged file, when read, then the error says what to do, or the state is unchanged',
    damaged(bytes),
    async (file) => {
      writeFileSync(checkpointPath(out), file);
      try {
        if (!isDeepStrictEqual(await readCheckpoint(out), whole))
          throw new Error('the state differs, and no error was thrown');
        return 'unchanged';
      } catch (error) {
        if (!(error instanceof UsageError) || !/--overwrite/.test(error.message)) throw error;
        return 'refused';
      }
    },
    { short: 300, reaches: ['refused'] },
  );

  it('given a file from before files had a checksum, when read, then it gives its state', async () => {
    writeFileSync(checkpointPath(out), serialize(OLD_STATE));
    expect((await readCheckpoint(out)).lanes.map((lane) => lane.trainer)).toEqual([TRAINER]);
  });
});
