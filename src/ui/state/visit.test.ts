import { describe, expect, it } from 'vitest';
import { ALL_PARTS } from '../../core/experiments/parts.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { readVisit, writeVisit, type Visit } from './visit.ts';

function storage(refuses = false) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, text: string) {
      if (refuses) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, text);
    },
  };
}

const VISIT: Visit = {
  config: { ...PRESETS.demo, seed: 7, contestants: PRESETS.demo.contestants.slice(1) },
  backendChoice: 'wasm',
  parts: { ...ALL_PARTS, splitBn: false },
  place: { id: 'why', offset: -40 },
};

describe('a visit kept for a reload', () => {
  it('given settings, line-up, backend, parts and place, when they are kept, then the same are read, under their own key only', () => {
    const tab = storage();
    writeVisit('a', VISIT, tab);
    expect(readVisit('a', tab)).toEqual(VISIT);
    expect(readVisit('b', tab)).toBeNull();
  });

  it.each([
    ['nothing', null],
    ['half of a text', '{"version":1,"config":'],
    ['another version', JSON.stringify({ version: 2, ...VISIT })],
    ['a backend of no name', JSON.stringify({ version: 1, ...VISIT, backendChoice: 'abacus' })],
    [
      'a setting out of its range',
      JSON.stringify({ version: 1, ...VISIT, config: { ...VISIT.config, seed: -1 } }),
    ],
    ['a list', '[]'],
  ])('given %s in the storage, then there is no visit and nothing fails', (_, text) => {
    const tab = storage();
    if (text !== null) tab.kept.set('a', text);
    expect(readVisit('a', tab)).toBeNull();
  });

  it('given settings of a version that lacked a setting, then it has the value that results of that version had', () => {
    const tab = storage();
    const { repeats: _, ...older } = VISIT.config;
    tab.kept.set('a', JSON.stringify({ version: 1, ...VISIT, config: older }));
    expect(readVisit('a', tab)?.config.repeats).toBe(1);
  });

  it('given a browser that refuses storage, then nothing is kept and nothing fails', () => {
    const tab = storage(true);
    writeVisit('a', VISIT, tab);
    writeVisit('a', VISIT, null);
    expect([readVisit('a', tab), readVisit('a', null)]).toEqual([null, null]);
  });
});
