import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTurn } from './turns.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame'] });
});
afterEach(() => {
  vi.runAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('given several queued turns, when frames pass, then one turn runs after each frame, in the order of queueing, and none is lost', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  const drawn: string[] = [];
  for (const name of ['a', 'b', 'c']) inTurn(() => drawn.push(name));
  const frame = () => {
    frames.splice(0).forEach((callback) => callback());
    vi.advanceTimersByTime(100);
  };
  expect(drawn).toEqual([]);
  frame();
  expect(drawn).toEqual(['a']);
  inTurn(() => drawn.push('d'));
  frame();
  expect(drawn).toEqual(['a', 'b']);
  frame();
  frame();
  expect(drawn).toEqual(['a', 'b', 'c', 'd']);
});

test('given a turn that was removed from the queue, when the others run, then it does not run', () => {
  const drawn: string[] = [];
  inTurn(() => drawn.push('a'));
  inTurn(() => drawn.push('gone'))();
  inTurn(() => drawn.push('c'));
  vi.runAllTimers();
  expect(drawn).toEqual(['a', 'c']);
});

test('given a hidden tab, which draws no frames, when time passes, then turns run nevertheless', () => {
  vi.stubGlobal('requestAnimationFrame', () => 0);
  const drawn: string[] = [];
  inTurn(() => drawn.push('a'));
  inTurn(() => drawn.push('b'));
  vi.advanceTimersByTime(600);
  expect(drawn).toEqual(['a', 'b']);
});
