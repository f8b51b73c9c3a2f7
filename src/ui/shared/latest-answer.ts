/** Computes answers to questions that change faster than the answers come, e.g. an example per position of a slider. */
import { errorMessage } from '../../core/error-message.ts';

export interface Latest<T> {
  /** The last answer; stays while a new one is computed, so that nothing flickers. */
  readonly value: T | null;
  /** Why the last question has no answer, or null. */
  readonly error: string | null;
  readonly busy: boolean;
}

export const UNASKED: Latest<never> = { value: null, error: null, busy: false };

/**
 * Asks one question at a time; of those that come meanwhile, only the newest is asked next. An answer is shown although
 * a newer question waits: a page whose questions never rest would be stuck at its first answer. An error is shown only
 * for the newest question. When nothing is wanted any more, the answer is dropped.
 */
export class LatestAnswer<T> {
  private state: Latest<T> = UNASKED;
  private wanted: { readonly ask: () => Promise<T> } | null = null;
  private asking = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** `show` is called at every change. */
  constructor(private readonly show: (state: Latest<T>) => void) {}

  /** Asks `delay` milliseconds from now, unless another question, or none, is wanted before. */
  want(ask: () => Promise<T>, delay: number): void {
    this.cancelWaiting();
    this.waiting = setTimeout(() => {
      this.wanted = { ask };
      void this.askAll();
    }, delay);
  }

  /** No question is wanted any more. The last answer stays. */
  wantNothing(): void {
    this.cancelWaiting();
    this.wanted = null;
  }

  /** Cancels a question whose delay has not passed. One that has been asked stays wanted. */
  cancelWaiting(): void {
    clearTimeout(this.waiting);
  }

  private async askAll(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    while (this.wanted) {
      const question = this.wanted;
      this.change({ busy: true });
      const answer = await this.answerTo(question.ask);
      if (this.wanted === null) continue;
      if (this.wanted === question) this.wanted = null;
      else if ('error' in answer && answer.error !== null) continue;
      this.change(answer);
    }
    this.asking = false;
    this.change({ busy: false });
  }

  private async answerTo(ask: () => Promise<T>): Promise<Partial<Latest<T>>> {
    try {
      return { value: await ask(), error: null };
    } catch (error) {
      return { error: errorMessage(error) };
    }
  }

  private change(change: Partial<Latest<T>>): void {
    this.state = { ...this.state, ...change };
    this.show(this.state);
  }
}
