import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attackById } from '../../core/attacks/registry.ts';
import { countsOf } from '../../core/judge/plan.ts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { decodeSnapshot } from '../../snapshot/decode.ts';
import { encodeBrief, encodeSnapshot } from '../../snapshot/encode.ts';
import { sampleRow as row } from '../../core/result/testing/sample-row.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { reportCsv } from '../judge/rows.ts';
import { RunStore } from '../storage/runs.ts';
import { LiveRace } from '../workbench/live-race.ts';
import { importResult } from './import-result.ts';

const REPORT: RobustnessReport = {
  options: { n: 100, seed: 3, norm: 'linf', eps: 8 / 255, depth: 'look' },
  branch: 'adv',
  rows: [row('AT', 'clean'), row('AT', 'pgd-20', { counts: 'steps' })],
  sweep: [{ label: 'AT', eps: 0, accuracy: 0.7 }],
  transfer: [{ from: 'AT', label: 'ARAT', accuracy: 0.6 }],
  checks: [{ id: 'eps', label: 'AT', title: 'Within ε', why: 'x′ must be in the ball.', message: null }],
  complete: true,
};
const race = sampleRace({ epochs: 2 });

let store: RunStore;
let names = 0;
beforeEach(() => (store = new RunStore(`reports-${names++}`)));
afterEach(() => store.close());

describe('the stress test of a run', () => {
  it('given a saved run, when its models are tested later, then the same run has the report, and its name stays', async () => {
    const saved = await store.save(race);
    await store.rename(saved.id, 'mine');
    const tested = await store.save({ ...race, report: REPORT });
    expect(tested.id).toBe(saved.id);
    const whole = await store.read(saved.id);
    expect([whole.name, whole.result.report]).toEqual(['mine', REPORT]);
    const { runs } = await store.list();
    expect(runs.map((r) => [r.id, r.result.report])).toEqual([[saved.id, undefined]]);
  });

  it('given a run with a report, when it is saved without one, then the report stays', async () => {
    const { id } = await store.save({ ...race, report: REPORT });
    await store.save(race);
    expect((await store.read(id)).result.report).toEqual(REPORT);
  });

  it('given a result with a report, when exported and imported, then the report comes back', async () => {
    const file = new File([JSON.stringify({ ...race, report: REPORT })], 'result.json');
    expect((await importResult(file)).report).toEqual(REPORT);
  });

  it('given a result with a report, when shared in full, then it comes back; in brief, then it is left out', async () => {
    const tested = { ...race, report: REPORT };
    expect((await decodeSnapshot((await encodeSnapshot(tested)).hash)).report).toEqual(REPORT);
    expect((await decodeSnapshot((await encodeBrief(tested, 40)).hash)).report).toBeUndefined();
  });

  it.each([
    { what: 'an accuracy above 1', change: { sweep: [{ label: 'AT', eps: 0, accuracy: 1.5 }] } },
    { what: 'an unknown depth', change: { options: { ...REPORT.options, depth: 'deep' } } },
    { what: 'rows that are no list', change: { rows: {} } },
  ])('given a report with $what, when the result is read, then it is refused', ({ change }) => {
    expect(() => parseRaceResult({ ...structuredClone(race), report: { ...REPORT, ...change } })).toThrow(
      /report/,
    );
  });

  it('given a race whose models were tested, when it trains on, then its figures no longer have the report', () => {
    const live = new LiveRace('a', race.config, race.dataset, { appVersion: 'test' });
    live.attach(REPORT);
    expect(live.snapshot().report).toBe(REPORT);
    live.apply({ type: 'result', runId: 'a', result: race });
    expect(live.snapshot().report).toBeUndefined();
    live.attach(REPORT);
    expect(live.snapshot()).toEqual({ ...race, report: REPORT });
  });
});

describe('what a row of the report says', () => {
  it('given an opened model that answers through the clean set, when written as CSV, then its row says clean', () => {
    const rows = [row('AT', 'clean'), row('Mine', 'clean', { branch: 'clean' })];
    const [, at, mine] = reportCsv({ ...REPORT, rows }).split('\r\n');
    expect(at).toContain(',3,adv,');
    expect(mine).toContain(',3,clean,');
  });

  it('given an attack, when its row is made, then the attack says what it counts', () => {
    expect(countsOf('square')).toBe(attackById('square').counts);
    expect([countsOf('square'), countsOf('pgd-20'), countsOf('autoattack')]).toEqual([
      'queries',
      'steps',
      undefined,
    ]);
  });
});
