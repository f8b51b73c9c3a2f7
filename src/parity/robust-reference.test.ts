import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackSet } from '../core/attacks/attack-set.ts';
import { AttackModel } from '../core/attacks/attack-model.ts';
import { attackById } from '../core/attacks/registry.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { parseRobustReference, type RobustReference } from './robust-reference.ts';

const FOLDER = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures', 'robust-a');
const has = existsSync(join(FOLDER, 'index.json'));
if (!has) console.log(`skipped: ${FOLDER} is not here (set ARAT_SHARED)`);

const IMAGES = 30;
const index = () => JSON.parse(readFileSync(join(FOLDER, 'index.json'), 'utf8')) as Record<string, unknown>;
const tensors = () => readSafetensors(readFileSync(join(FOLDER, 'model.safetensors')));

describe.skipIf(!has)('given a network that the official AutoAttack has attacked', () => {
  let reference: RobustReference;
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    reference = parseRobustReference(index(), tensors());
  });
  afterAll(() => reference.network.dispose());

  it('when its logits are computed, then they are the official ones', async () => {
    const model = new AttackModel(reference.logits, reference.classes);
    const logits = await model.logits(reference.x.slice(0, IMAGES * model.imageSize));
    logits.forEach((v, i) => expect(Math.abs(v - reference.officialLogits[i])).toBeLessThan(1e-4));
  });

  it('when it is attacked with APGD-CE, then the same images stay correct as under the official APGD-CE', async () => {
    const { logits, classes, x, y, eps, robust } = reference;
    const model = new AttackModel(logits, classes);
    const attack = attackById('apgd-ce');
    const result = await attackSet(
      {
        model,
        x: x.slice(0, IMAGES * model.imageSize),
        y: y.slice(0, IMAGES),
        threat: { norm: 'linf', eps },
        seed: 0,
      },
      [{ attack, budget: attack.budget }],
    );
    const official = [...robust.get('apgd-ce')!.slice(0, IMAGES)];
    const differ = result.verdicts.filter((v, i) => (v === 'robust' ? 1 : 0) !== official[i]).length;
    // The random start differs from the official one, so one borderline image may have the other outcome.
    expect(differ).toBeLessThanOrEqual(1);
    // All outcomes must occur, or the agreement would show nothing.
    expect(new Set(result.verdicts)).toEqual(new Set(['wrong', 'fooled', 'robust']));
  });

  it('when the folder does not have the expected form, then one sentence says what is wrong', () => {
    expect(() => parseRobustReference({}, tensors())).toThrow(
      /not of the form of a robust folder: architecture/,
    );
    const counts_correct = { ...(index().counts_correct as object), n: 7 };
    expect(() => parseRobustReference({ ...index(), counts_correct }, tensors())).toThrow(
      /speaks of 7 images, the file has 200/,
    );
  });
});
