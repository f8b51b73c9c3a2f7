import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LatestAnswer, UNASKED, type Latest } from './latest-answer.ts';

/** A LatestAnswer with questions by name, which the test answers or rejects. */
function setup() {
  const shown: Latest<string>[] = [];
  const asked: string[] = [];
  const answers = new Map<string, (value: string) => void>();
  const refusals = new Map<string, (error: unknown) => void>();
  const latest = new LatestAnswer<string>((state) => shown.push(state));
  const want = (name: string, delay = 0) =>
    latest.want(() => {
      asked.push(name);
      return new Promise((resolve, reject) => {
        answers.set(name, resolve);
        refusals.set(name, reject);
      });
    }, delay);
  const later = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
  return {
    latest,
    asked,
    shown,
    want,
    later,
    state: () => shown.at(-1) ?? UNASKED,
    answer: (name: string) => (answers.get(name)!(`answer to ${name}`), later()),
    refuse: (name: string, error: unknown) => (refusals.get(name)!(error), later()),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('LatestAnswer', () => {
  it('given a question, when it is answered, then it was busy meanwhile and shows the answer', async () => {
    const { want, later, state, answer } = setup();
    want('a');
    await later();
    expect(state()).toEqual({ value: null, error: null, busy: true });
    await answer('a');
    expect(state()).toEqual({ value: 'answer to a', error: null, busy: false });
  });

  it('given several questions within the delay, when it has passed, then only the last is asked', async () => {
    const { want, later, asked } = setup();
    for (const name of ['a', 'b', 'c']) {
      want(name, 200);
      await later(150);
    }
    expect(asked).toEqual([]);
    await later(50);
    expect(asked).toEqual(['c']);
  });

  it('given a question that is out, when three more come, then only the newest of them is asked next, and each answer is shown when it comes', async () => {
    const { want, later, asked, shown, answer, state } = setup();
    for (const name of ['a', 'b', 'c', 'd']) {
      want(name);
      await later();
    }
    expect(asked).toEqual(['a']);
    await answer('a');
    expect([asked, state().value, state().busy]).toEqual([['a', 'd'], 'answer to a', true]);
    await answer('d');
    expect(state()).toEqual({ value: 'answer to d', error: null, busy: false });
    expect(new Set(shown.map((s) => s.value))).toEqual(new Set([null, 'answer to a', 'answer to d']));
  });

  it('given questions that always come before the last answer, then answers are shown all the same, and no error of an older question', async () => {
    const { want, later, answer, refuse, state } = setup();
    want('a');
    await later();
    want('b');
    await later();
    await answer('a');
    expect(state().value).toBe('answer to a');
    want('c');
    await later();
    await refuse('b', new Error('The epoch is over.'));
    expect(state()).toEqual({ value: 'answer to a', error: null, busy: true });
    want('d');
    await later();
    await answer('c');
    expect(state()).toEqual({ value: 'answer to c', error: null, busy: true });
  });

  it('given an unanswered question, when nothing is wanted any more, then its answer is dropped and it is no longer busy', async () => {
    const { latest, want, later, answer, state } = setup();
    want('a');
    await later();
    latest.wantNothing();
    await answer('a');
    expect(state()).toEqual(UNASKED);
  });

  it('given a question that waits for its delay, when nothing is wanted or the waiting is cancelled, then it is never asked', async () => {
    const { latest, want, later, asked } = setup();
    want('a', 200);
    latest.wantNothing();
    want('b', 200);
    latest.cancelWaiting();
    await later(1000);
    expect(asked).toEqual([]);
  });

  it('given an unanswered question, when the next one waits for its delay, then the answer of the first is still shown', async () => {
    const { want, later, answer, state, asked } = setup();
    want('a');
    await later();
    want('b', 200);
    await answer('a');
    expect(state()).toEqual({ value: 'answer to a', error: null, busy: false });
    await later(200);
    expect(asked).toEqual(['a', 'b']);
  });

  it('given an answer, when the next question is rejected, then the reason is shown with the old answer until the next one', async () => {
    const { want, later, answer, refuse, state } = setup();
    want('a');
    await later();
    await answer('a');
    want('b');
    await later();
    await refuse('b', new Error('The worker died.'));
    expect(state()).toEqual({ value: 'answer to a', error: 'The worker died.', busy: false });
    want('c');
    await later();
    await answer('c');
    expect(state()).toEqual({ value: 'answer to c', error: null, busy: false });
  });

  it('given a question that throws at once, when asked, then its reason is shown and the next question is asked', async () => {
    const { latest, want, later, state, asked } = setup();
    latest.want(() => {
      throw new TypeError('It is not a function.');
    }, 0);
    await later();
    expect(state()).toEqual({ value: null, error: 'It is not a function.', busy: false });
    want('a');
    await later();
    expect(asked).toEqual(['a']);
  });
});
