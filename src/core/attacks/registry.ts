/**
 * Every evaluation attack, weakest first, in the order of the report and the viewer. To add one, add its file and a
 * line here.
 */
import { apgdCe } from './apgd-ce.ts';
import { apgdDlr } from './apgd-dlr.ts';
import { apgdTargeted } from './apgd-targeted.ts';
import { fabTargeted } from './fab.ts';
import { fgsm } from './fgsm.ts';
import { mim } from './mim.ts';
import { noise } from './noise.ts';
import { pgd100 } from './pgd-100.ts';
import { pgd20 } from './pgd-20.ts';
import { pgdMargin } from './pgd-margin.ts';
import { pgdTargeted } from './pgd-targeted.ts';
import { square } from './square.ts';
import type { EvaluationAttack } from './types.ts';

export const ATTACKS: readonly EvaluationAttack[] = [
  noise,
  fgsm,
  pgd20,
  pgdMargin,
  mim,
  pgdTargeted,
  pgd100,
  apgdCe,
  apgdDlr,
  apgdTargeted,
  fabTargeted,
  square,
];

/** The attack with this id. Throws `Error` with the list of ids if there is none. */
export function attackById(id: string): EvaluationAttack {
  const attack = ATTACKS.find((a) => a.id === id);
  if (!attack)
    throw new Error(`There is no attack "${id}": expected one of ${ATTACKS.map((a) => a.id).join(', ')}.`);
  return attack;
}
