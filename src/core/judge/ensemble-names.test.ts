import { expect, it } from 'vitest';
import { columnsOf } from './plan.ts';

const ensemble = (classes: number) => columnsOf('autoattack', classes).at(-1)!.name;

it('given four classes or more, then the ensemble is the standard AutoAttack; given fewer, then its name says which loss stands in', () => {
  expect([4, 10, 100].map(ensemble)).toEqual(Array(3).fill('AutoAttack (standard)'));
  for (const classes of [2, 3]) expect(ensemble(classes)).not.toMatch(/\(standard\)/);
  expect(ensemble(3)).toMatch(/third logit.*3 classes/);
  expect(ensemble(2)).toMatch(/logit margin.*2 classes/);
});
