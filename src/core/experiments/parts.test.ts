import { describe, expect, it } from 'vitest';
import { DEFAULT_SWITCHES } from '../settings/config.ts';
import { contestant } from './contestant.ts';
import {
  ALL_PARTS,
  COMBINATIONS,
  contestantOf,
  contestantWithKey,
  partsKey,
  partsOf,
  recordingKey,
} from './parts.ts';

describe('combinations of ARAT’s parts', () => {
  it('given all of them, then there are 20, ARAT first, and keys and labels all differ', () => {
    expect(COMBINATIONS).toHaveLength(20);
    expect(COMBINATIONS[0]).toEqual(ALL_PARTS);
    expect(new Set(COMBINATIONS.map(partsKey)).size).toBe(20);
    expect(new Set(COMBINATIONS.map((parts) => contestantOf(parts).label)).size).toBe(20);
  });

  it('given a combination, when it is made a contestant, then the contestant’s parts and key are those of the combination', () => {
    for (const parts of COMBINATIONS) {
      expect(partsOf(contestantOf(parts))).toEqual(parts);
      expect(contestantWithKey(partsKey(parts))).toEqual(contestantOf(parts));
    }
  });

  it('given no invariance term, when stop-gradient or predictor is switched, then the key is the same', () => {
    const without = { ...ALL_PARTS, term: false };
    expect(partsKey({ ...without, stopGradient: false })).toBe(partsKey(without));
    expect(partsKey({ ...without, predictor: false })).toBe('arat-bn1-sg1-h1-ab1-t0');
    expect(partsKey({ ...ALL_PARTS, predictor: false })).toBe('arat-bn1-sg1-h0-ab1-t1');
  });
});

describe('the key of a recording', () => {
  it.each(['standard', 'at', 'trades'] as const)('given %s, then the key is its id', (method) => {
    expect(recordingKey(contestant(method))).toBe(method);
    expect(contestantWithKey(method)).toEqual(contestant(method));
  });

  it('given another method, or a switch changed that is not a part, then there is no key', () => {
    expect(recordingKey(contestant('mart'))).toBeNull();
    expect(recordingKey(contestant('trades', { beta: 1 }))).toBeNull();
    expect(recordingKey(contestant('arat', { metric: 'mse' }))).toBeNull();
    expect(recordingKey(contestant('arat', { invarianceWeight: 30 }))).toBeNull();
    expect(contestantWithKey('mart')).toBeNull();
    expect(contestantWithKey('arat-bn1-sg1-h0-ab1-t0')).toBeNull();
  });

  it('given a label of its user’s, then the key depends on method and switches alone', () => {
    expect(recordingKey({ ...contestant('arat'), switches: { ...DEFAULT_SWITCHES } })).toBe(
      'arat-bn1-sg1-h1-ab1-t1',
    );
  });
});
