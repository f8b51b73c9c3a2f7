import { describe, expect, it } from 'vitest';
import { CONTESTANTS, sampleRace, SWITCHES } from '../../snapshot/testing/sample-race.ts';
import type { SavedRun } from '../storage/record.ts';
import { comparability } from './CompareTable.tsx';
import { experimentCommand, methodToken } from './experiment-command.ts';
import { linkWith, openSnapshotFromLocation } from './snapshot-link.ts';
import { encodeSnapshot } from '../../snapshot/encode.ts';

const race = sampleRace({ epochs: 2 });
const saved = (change: Partial<typeof race.config>): SavedRun => ({
  id: JSON.stringify(change),
  name: 'x',
  createdAt: race.finishedAt,
  result: { ...race, config: { ...race.config, ...change } },
});

describe('comparing runs', () => {
  it('given runs of the same settings, when compared, then nothing is to be minded', () => {
    expect(comparability([saved({}), saved({})])).toEqual([]);
  });

  it('given runs that differ in seed and attack, when compared, then both are named', () => {
    expect(
      comparability([saved({}), saved({ seed: 7, attack: { ...race.config.attack, eps: 4 / 255 } })]),
    ).toEqual(['the evaluation attack', 'the seed']);
  });
});

describe('the command line of this project', () => {
  it('given switches, when written as a method, then only what is unusual is named beside the weight', () => {
    expect(CONTESTANTS.map(methodToken)).toEqual([
      'at',
      'trades',
      'arat[invarianceWeight=4]',
      'arat[invarianceWeight=0]',
      'arat[invarianceWeight=4,stopGradient=off]',
    ]);
    expect(methodToken({ label: 'x', method: 'trades', switches: { ...SWITCHES, beta: 3 } })).toBe(
      'trades[beta=3]',
    );
  });

  it('given a configuration, when written, then its sizes and seed are in the command', () => {
    const { command } = experimentCommand(race.config);
    expect(command).toContain('--train-size 4000 --test-size 2000 --epochs 2 --width 32');
    expect(command).toContain("--methods 'at,trades,arat[invarianceWeight=4]'");
  });
});

describe('a shared link in the address', () => {
  it('given no shared result, when looked for, then there is none', async () => {
    expect(await openSnapshotFromLocation('')).toBeNull();
    expect(await openSnapshotFromLocation('#judge')).toBeNull();
  });

  it('given a link, when opened, then its result is there; when damaged, then a message', async () => {
    const { hash } = await encodeSnapshot(race);
    const opened = await openSnapshotFromLocation(hash);
    expect(opened?.ok && opened.result.config).toEqual(race.config);
    expect(await openSnapshotFromLocation(hash.slice(0, 200))).toEqual({
      ok: false,
      message: expect.stringMatching(/damaged/),
    });
  });

  it('given an address with a fragment, when a link is made, then the fragment is replaced', () => {
    expect(linkWith('#s=abc', 'https://example.org/x/?a=1#old')).toBe('https://example.org/x/?a=1#s=abc');
  });
});
