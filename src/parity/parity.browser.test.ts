import { beforeAll, describe, expect, inject, test } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { runAratCases } from './arat-cases.ts';
import { runPlainCases } from './plain-cases.ts';
import { parseReference } from './reference.ts';
import { Report } from './report.ts';

/** Absolute path of reference-a, which the test server serves; null if the folder is absent. */
const folder = inject('referenceFolder');
if (!folder)
  console.log('Parity on WebGPU is skipped: there is no shared folder with reference-a; set ARAT_SHARED.');

const file = async (name: string): Promise<Response> => {
  const response = await fetch(`/@fs${folder}/${name}`);
  if (!response.ok) throw new Error(`${folder}/${name} could not be read: status ${response.status}.`);
  return response;
};
const load = async () =>
  parseReference(await (await file('index.json')).json(), async (name) =>
    readSafetensors(new Uint8Array(await (await file(name)).arrayBuffer())),
  );

/**
 * Not compared on WebGPU. The result of AT's attack in this reference depends on the order of float32 sums: with
 * float64 sums no pixel differs, with float32 sums in plain JavaScript or stock WebGPU operations half of the pixels,
 * and with this project's kernels a quarter. Loss and gradients agree in all these cases, and are compared.
 */
const UNDECIDED_IN_FLOAT32 = 'at x_adv: pixels off';

const beyondTolerance = (report: Report) =>
  report.rows.filter((r) => r.quantity !== UNDECIDED_IN_FLOAT32 && !(r.worst <= r.tolerance));

describe.skipIf(!folder)('given numbers of the official PyTorch code, on webgpu', () => {
  beforeAll(async () => {
    const started = await initialiseBackend('webgpu');
    expect(started.backend).toBe('webgpu');
    // One warning, about the software adapter; a kernel that failed the self-test would add another.
    expect(started.warnings).toHaveLength(1);
  });

  test('given ARAT, when its attack, steps, conflict and ablations are compared, then each is within its tolerance', async () => {
    const report = new Report();
    await runAratCases(await load(), report);
    expect(report.rows.length).toBeGreaterThan(10);
    expect(beyondTolerance(report)).toEqual([]);
  });

  test('when AT, TRADES, MART, LBGAT and the evaluation run, then each is within its tolerance', async () => {
    const report = new Report();
    await runPlainCases(await load(), report);
    expect(report.rows.length).toBeGreaterThan(10);
    expect(beyondTolerance(report)).toEqual([]);
  });
});
