import { expect, test } from 'vitest';
import { errorMessage } from './error-message.ts';

test.each([
  [new Error('why'), 'why'],
  ['text', 'text'],
  [new DOMException('', 'QuotaExceededError'), 'no storage space left (QuotaExceededError)'],
  [new DOMException('full', 'QuotaExceededError'), 'full'],
  [new DOMException('', 'SecurityError'), 'SecurityError'],
  [new Error('  '), 'no reason was given'],
  [new TypeError(), 'TypeError'],
  [undefined, 'undefined'],
  ['', 'no reason was given'],
  [{}, 'no reason was given'],
])('given %j as what was thrown, then its message is %j', (error, message) => {
  expect(errorMessage(error)).toBe(message);
});
