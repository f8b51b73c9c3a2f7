import fc from 'fast-check';
import { fuzz } from '../testing/fuzz.ts';
import { parameterShapes } from './architecture.ts';
import { findNetworks } from './recognise.ts';

const architecture = fc.record({
  width: fc.integer({ min: 1, max: 8 }),
  blocks: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
  classes: fc.integer({ min: 2, max: 100 }),
  splitBn: fc.boolean(),
});
const entry = fc.record({
  dtype: fc.constantFrom('F32', 'F16', 'BF16', 'I64') as fc.Arbitrary<'F32'>,
  shape: fc.array(fc.oneof(fc.nat(9), fc.maxSafeNat()), { maxLength: 5 }),
});
const name = fc.oneof(
  fc.constantFrom(
    'conv1.weight',
    'bn1.weight',
    'bn1.adv.weight',
    'layer1.0.conv1.weight',
    'linear.weight',
    '__proto__',
  ),
  fc.string({ maxLength: 20 }),
);
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), name, entry }),
  fc.record({ kind: fc.constant('delete' as const), place: fc.nat() }),
  fc.record({ kind: fc.constant('reshape' as const), place: fc.nat(), entry }),
);

fuzz(
  'given the header of a network with random changes, when recognised, then the network is the one described or one line says what does not fit',
  fc.record({
    architecture,
    prefix: fc.constantFrom('', 'model.', 'module.', 'a.b.'),
    changes: fc.array(change, { maxLength: 3 }),
  }),
  ({ architecture: wanted, prefix, changes }) => {
    const entries = new Map(
      [...parameterShapes(wanted)].map(([n, shape]) => [prefix + n, { dtype: 'F32' as const, shape }]),
    );
    for (const c of changes) {
      const names = [...entries.keys()];
      if (c.kind === 'set') entries.set(c.name, c.entry);
      else if (c.kind === 'delete') entries.delete(names[c.place % names.length]);
      else entries.set(names[c.place % names.length], c.entry);
    }
    let found;
    try {
      found = findNetworks(entries);
    } catch (error) {
      const { message } = error as Error;
      if (!/^[^\n]+\.$/.test(message) || message.length > 500) throw error;
      return 'refused';
    }
    for (const { prefix: p, architecture: a } of found.networks)
      for (const [n, shape] of parameterShapes(a))
        if (entries.get(p + n)?.shape.join() !== shape.join()) throw new Error(`${p + n} was accepted`);
    return changes.length === 0 ? 'whole' : 'changed';
  },
  { short: 300, reaches: ['refused', 'whole', 'changed'] },
);
