import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { sampleRace } from './testing/sample-race.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import { visibleText } from '../core/settings/visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['zero-width space', '\u200b'],
    ['zero-width joiner', '\u200d'],
    ['word joiner', '\u2060'],
    ['byte order mark', '\ufeff'],
    ['soft hyphen', '\u00ad'],
    ['right-to-left override', '\u202e'],
    ['isolate', '\u2066'],
    ['tag letter', '\u{e0041}'],
    ['variation selector', '\ufe0f'],
    ['Hangul filler', '\u3164'],
    ['blank of Braille', '\u2800'],
    ['null', '\0'],
    ['escape', '\u001b'],
    ['line feed', '\n'],
    ['line separator', '\u2028'],
    ['lone surrogate', '\ud800'],
    ['noncharacter', '\uffff'],
  ])('given a %s inside a label, then it becomes visible', (_, hidden) => {
    expect(visibleText(`AR${hidden}AT`)).toBe('AR\ufffdAT');
  });

  it('given text of labels in several scripts, then it is unchanged', () => {
    for (const text of [
      'ARAT, β 6',
      'ε 8/255',
      'naïve',
      'مقارنة',
      '対抗的',
      '🐸 frog',
      'x′',
      'a\u0301',
      'A\u00a0B',
    ])
      expect(visibleText(text)).toBe(text);
  });

  it('given any text, then the result is no longer, is valid in XML, and does not change when converted again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visibleText(text);
        expect(shown.length).toBeLessThanOrEqual(text.length);
        // Every character of XML 1.0's `Char`, without lone surrogates.
        expect(shown).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

test('given a result whose labels and device hold hidden characters, when parsed, then they become visible in configuration and runs', () => {
  const race = sampleRace({ epochs: 1, methods: 2 });
  const label = 'AR\u200bAT\u{e0041}';
  const read = parseRaceResult({
    ...race,
    device: 'GPU\u202e',
    config: { ...race.config, contestants: race.config.contestants.map((c, i) => (i ? { ...c, label } : c)) },
    runs: race.runs.map((r, i) => (i ? { ...r, label } : r)),
  });
  expect([read.runs[1].label, read.config.contestants[1].label]).toEqual([
    'AR\ufffdAT\ufffd',
    'AR\ufffdAT\ufffd',
  ]);
  expect(read.device).toBe('GPU\ufffd');
  // The parsed result can be stored and parsed again.
  expect(parseRaceResult(JSON.parse(JSON.stringify(read)))).toEqual(read);
});

test('given two labels that differ only in their hidden character, when the result is parsed, then it is refused', () => {
  const race = sampleRace({ epochs: 1, methods: 2 });
  const runs = race.runs.map((r, i) => ({ ...r, label: `ARAT${['\u200b', '\u200c'][i]}x` }));
  expect(() => parseRaceResult({ ...race, runs })).toThrow(/labels must differ/);
});
