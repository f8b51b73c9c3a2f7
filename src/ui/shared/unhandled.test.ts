import { expect, test } from 'vitest';
import { reportUnhandled } from './unhandled.ts';

function page() {
  const target = new EventTarget();
  const said: string[] = [];
  const stop = reportUnhandled(target, (sentence) => said.push(sentence));
  const send = (type: string, fields: object) => target.dispatchEvent(Object.assign(new Event(type), fields));
  return { said, stop, send };
}

test('given a promise that no code awaits, when it rejects twice with one message, then it is reported once', () => {
  const { said, send } = page();
  for (let i = 0; i < 2; i++)
    send('unhandledrejection', { reason: new TypeError('crypto.randomUUID is not a function') });
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('crypto.randomUUID is not a function');
  send('unhandledrejection', { reason: 'no room' });
  expect(said).toHaveLength(2);
});

test('given an error thrown in a handler, with or without its object, when it comes, then its message is reported', () => {
  const { said, send } = page();
  send('error', { error: new Error('a is undefined'), message: 'Uncaught Error: a is undefined' });
  send('error', { message: 'Script error.' });
  expect(said.map((s) => /failed: ([^.]*)\./.exec(s)?.[1])).toEqual(['a is undefined', 'Script error']);
});

test('given a harmless error, a cancelled request, or a page that no longer listens, when it comes, then nothing is reported', () => {
  const { said, stop, send } = page();
  send('error', { message: 'ResizeObserver loop completed with undelivered notifications.' });
  send('unhandledrejection', { reason: new DOMException('stopped', 'AbortError') });
  stop();
  send('unhandledrejection', { reason: new Error('late') });
  expect(said).toEqual([]);
});
