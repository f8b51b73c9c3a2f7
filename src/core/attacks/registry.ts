/** Every evaluation attack, weakest first: the report and the viewer list them in this order. A new one is a file and a line here. */
import { apgdCe, apgdDlr, apgdTargeted } from './apgd.ts';
import { fabTargeted } from './fab.ts';
import { mim } from './mim.ts';
import { noise } from './noise.ts';
import { fgsmAttack, pgd100, pgd20, pgdMargin, pgdTargeted } from './pgd-attacks.ts';
import { square } from './square.ts';
import type { EvaluationAttack } from './types.ts';

export const ATTACKS: readonly EvaluationAttack[] = [
  noise,
  fgsmAttack,
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

/** Throws for an id that there is not. */
export function attackById(id: string): EvaluationAttack {
  const attack = ATTACKS.find((a) => a.id === id);
  if (!attack)
    throw new Error(`There is no attack "${id}": there are ${ATTACKS.map((a) => a.id).join(', ')}.`);
  return attack;
}
