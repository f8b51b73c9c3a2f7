import { describe, expect, it, test } from 'vitest';
import { DEFAULT_SWITCHES, parseConfig, type Switches, type SwitchName } from '../settings/config.ts';
import { LINE_UP_IDS, LINE_UPS, lineUpOf } from './line-ups.ts';
import { PRESETS } from './presets.ts';

test.each(LINE_UP_IDS)(
  'given the line-up %s with the switches of any preset, then its settings are valid and lineUpOf finds it',
  (id) => {
    for (const preset of Object.values(PRESETS)) {
      const base = preset.contestants[0].switches;
      const contestants = LINE_UPS[id].contestants(base);
      expect(parseConfig({ ...preset, contestants }).contestants).toEqual(contestants);
      expect(lineUpOf(contestants, base)).toBe(id);
      expect(lineUpOf(contestants.slice(1), base)).not.toBe(id);
    }
  },
);

describe('the ladder', () => {
  it('given two neighbouring rungs, then the later has one more part, and the last is ARAT', () => {
    const rungs = LINE_UPS.ladder.contestants();
    const parts: SwitchName[] = ['stopGradient', 'predictor', 'splitBn'];
    rungs.slice(1).forEach(({ switches }, i) => {
      const changed = parts.filter((p) => switches[p] !== rungs[i].switches[p]);
      expect(changed).toEqual([parts[i]]);
      expect(switches[parts[i]]).toBe(true);
    });
    expect(rungs.at(-1)?.label).toBe('ARAT');
  });
});

it('given each part switched off alone, then every contestant differs from ARAT in exactly one switch', () => {
  const [arat, ...others] = LINE_UPS['switched-off'].contestants();
  const names = Object.keys(arat.switches) as SwitchName[];
  for (const { switches } of others)
    expect(names.filter((n) => switches[n] !== arat.switches[n])).toHaveLength(1);
});

it('given the line-up of the paper’s table, then it has every adversarial method, and LBGAT with β 6 and 0', () => {
  const contestants = LINE_UPS.paper.contestants();
  expect(new Set(contestants.map((c) => c.method))).toEqual(
    new Set(['at', 'trades', 'mart', 'lbgat', 'arrest', 'arat', 'arat-swa']),
  );
  for (const base of [DEFAULT_SWITCHES, PRESETS.official.contestants[0].switches]) {
    const rows = LINE_UPS.paper.contestants(base).filter((c) => c.method === 'lbgat');
    expect(rows.map((c) => [c.label, c.switches.beta])).toEqual([
      ['LBGAT', 6],
      ['LBGAT, β 0', 0],
    ]);
  }
});

it('given the factorial line-up, then it has each combination of the parts once, and no part of an absent term', () => {
  const contestants = LINE_UPS.factorial.contestants();
  const key = ({ splitBn, stopGradient, predictor, autoBalance, invarianceWeight }: Switches) =>
    [splitBn, autoBalance, ...(invarianceWeight > 0 ? [stopGradient, predictor] : ['no term'])].join();
  expect(new Set(contestants.map((c) => key(c.switches))).size).toBe(20);
  expect(new Set(contestants.map((c) => c.label)).size).toBe(20);
  expect(contestants[0].label).toBe('ARAT');
});

it('given the sweep of λ, then only the weight differs, from 0 to the paper’s 30, with the usual one among them', () => {
  const contestants = LINE_UPS.lambda.contestants();
  const names = Object.keys(contestants[0].switches) as SwitchName[];
  const weights = contestants.map(({ switches }) => switches.invarianceWeight);
  expect(weights).toEqual([...weights].sort((a, b) => a - b));
  expect([weights[0], weights.includes(4), weights.at(-1)]).toEqual([0, true, 30]);
  for (const { switches } of contestants)
    expect(
      names.filter((n) => switches[n] !== contestants[0].switches[n] && n !== 'invarianceWeight'),
    ).toEqual([]);
});

it('given the line-up of equal compute, then it has AT of as many FLOP as ARAT beside AT of as many epochs', () => {
  expect(LINE_UPS.compute.contestants().map((c) => c.label)).toEqual([
    'AT',
    'AT, as many FLOP as ARAT',
    'ARAT',
    'ARAT, invariance weight 0',
  ]);
});
