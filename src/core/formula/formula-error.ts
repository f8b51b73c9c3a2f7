/** The error of a wrong formula, and quotations in its messages. */
import { visibleText } from '../settings/visible-text.ts';

/** The characters of a formula from index `at` to before index `end`. */
export interface Place {
  readonly at: number;
  readonly end: number;
}

/** What is wrong with a formula, and where. The message is `character N: reason.`, with N counted from 1. */
export class FormulaError extends Error implements Place {
  /** What is wrong, without the position and the full stop. */
  readonly reason: string;

  /**
   * The characters from index `at` to before index `end` of the formula are wrong. Both are the formula's length if
   * something is missing at its end.
   */
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

/** Characters. */
const MOST_QUOTED = 40;

/** A part of a formula for a sentence: on one line, at most 40 characters, with hidden characters made visible. */
export function quoted(text: string): string {
  const line = visibleText(text.replace(/\s+/g, ' ').trim());
  return line.length > MOST_QUOTED ? `${line.slice(0, MOST_QUOTED - 1)}…` : line;
}
