/** What is wrong with a formula, and where. */
import { visibleText } from '../settings/visible-text.ts';

export class FormulaError extends Error {
  /** What is wrong, without its place. */
  readonly reason: string;

  /** `at`: index of the first character concerned; `end`: of the first one behind. Both are the length at the end. */
  constructor(
    reason: string,
    readonly at: number,
    readonly end: number,
  ) {
    super(`character ${at + 1}: ${reason}.`);
    this.name = 'FormulaError';
    this.reason = reason;
  }
}

const MOST_QUOTED = 40;

/** A part of a formula in a sentence: on one line, shortened, hidden characters made visible. */
export function quoted(text: string): string {
  const line = visibleText(text.replace(/\s+/g, ' ').trim());
  return line.length > MOST_QUOTED ? `${line.slice(0, MOST_QUOTED - 1)}…` : line;
}
