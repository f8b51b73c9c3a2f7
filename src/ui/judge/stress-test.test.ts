import { beforeEach, describe, expect, it } from 'vitest';
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { RobustnessReport, RobustnessRow } from '../../core/result/stress-report.ts';
import type { JobProgress } from '../../worker/api.ts';
import { IDLE, StressTest, type StressTestState } from './stress-test.ts';

const OPTIONS: RobustnessOptions = { n: 8, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' };
const row = (attack: string) =>
  ({ label: 'AT', attack, accuracy: 0.5 }) as Partial<RobustnessRow> as RobustnessRow;
const REPORT = { options: OPTIONS, complete: true, rows: [row('clean')] } as unknown as RobustnessReport;

interface Run {
  readonly progress: (p: JobProgress) => void;
  readonly end: (report: RobustnessReport) => void;
  readonly fail: (error: Error) => void;
}

const turn = () => new Promise((resolve) => setTimeout(resolve));
const reached = (done: number, rows: RobustnessRow[] | null): JobProgress => ({
  done,
  total: 4,
  what: 'AT: PGD-20',
  secondsLeft: 1,
  rows,
});

let state: StressTestState;
let runs: Run[];
let told: string[];
let refusal: Error | null;
let test: StressTest;
beforeEach(() => {
  state = IDLE;
  runs = [];
  told = [];
  refusal = null;
  const tell = (method: string) => async () => {
    told.push(method);
    if (refusal) throw refusal;
  };
  const robustness = (_: RobustnessOptions, progress: Run['progress']) =>
    new Promise<RobustnessReport>((end, fail) => runs.push({ progress, end, fail }));
  const api = { robustness, pauseJob: tell('pause'), resumeJob: tell('resume'), stopJob: tell('stop') };
  test = new StressTest(api, (next) => (state = next));
});

describe('the stress test', () => {
  it('given a running test, when it reports rows, then they are collected, and at the end its report replaces them', async () => {
    void test.run('models 1', OPTIONS);
    expect(state).toEqual({ ...IDLE, models: 'models 1', running: true });
    runs[0].progress(reached(1, [row('clean')]));
    runs[0].progress(reached(2, null));
    runs[0].progress(reached(3, [row('fgsm'), row('pgd-20')]));
    expect(state.rows.map((r) => r.attack)).toEqual(['clean', 'fgsm', 'pgd-20']);
    expect(state.progress?.done).toBe(3);
    runs[0].end(REPORT);
    await turn();
    expect(state).toEqual({ ...IDLE, models: 'models 1', report: REPORT });
  });

  it('given a running test, when another is started, then nothing happens; when the first has ended, then it starts', async () => {
    void test.run('models 1', OPTIONS);
    void test.run('models 2', OPTIONS);
    expect([runs.length, state.models]).toEqual([1, 'models 1']);
    runs[0].end(REPORT);
    await turn();
    void test.run('models 2', OPTIONS);
    expect([runs.length, state.models, state.report]).toEqual([2, 'models 2', null]);
  });

  it('given some rows, when the worker dies, then they become a partial report, and the reason is shown', async () => {
    void test.run('models 1', OPTIONS);
    runs[0].progress(reached(1, [row('clean')]));
    runs[0].fail(new Error('The worker died.'));
    await turn();
    expect(state).toMatchObject({ running: false, error: 'The worker died.', rows: [] });
    expect(state.report).toMatchObject({ complete: false, rows: [row('clean')], options: OPTIONS });
  });

  it('given no rows yet, when the worker dies, then there is a reason and no report', async () => {
    void test.run('models 1', OPTIONS);
    runs[0].fail(new Error('The worker died.'));
    await turn();
    expect(state).toEqual({ ...IDLE, models: 'models 1', error: 'The worker died.' });
  });

  it('given a running test, when it is paused, resumed, paused and stopped, then worker and page do so', async () => {
    void test.run('models 1', OPTIONS);
    const seen = (['pause', 'resume', 'pause', 'stop'] as const).map((order) => {
      test[order]();
      return [state.paused, state.stopping];
    });
    expect(told).toEqual(['pause', 'resume', 'pause', 'stop']);
    expect(seen).toEqual([
      [true, false],
      [false, false],
      [true, false],
      [false, true],
    ]);
    runs[0].end({ ...REPORT, complete: false });
    await turn();
    expect(state).toMatchObject({
      running: false,
      paused: false,
      stopping: false,
      report: { complete: false },
    });
  });

  it('given no test, when it is paused, resumed or stopped, then nothing happens', () => {
    for (const order of ['pause', 'resume', 'stop'] as const) test[order]();
    expect([told, state]).toEqual([[], IDLE]);
  });

  it.each([
    ['pause', { paused: false }],
    ['stop', { stopping: false }],
  ] as const)(
    'given a worker that refuses to %s, when ordered to, then the reason is shown and the test runs on',
    async (order, as) => {
      void test.run('models 1', OPTIONS);
      refusal = new Error('It could not be told.');
      test[order]();
      await turn();
      expect(state).toMatchObject({ ...as, running: true, error: 'It could not be told.' });
    },
  );

  it('given late progress of an earlier test, when it comes, then neither that report nor the next test’s rows change', async () => {
    void test.run('models 1', OPTIONS);
    runs[0].end(REPORT);
    await turn();
    runs[0].progress(reached(4, [row('late')]));
    expect(state.report).toBe(REPORT);
    void test.run('models 2', OPTIONS);
    runs[0].progress(reached(4, [row('late')]));
    expect(state.rows).toEqual([]);
  });
});
