/** Marks asynchronous attempts as outdated: only the last one counts, so late answers of earlier ones are ignored. */
export class Attempts {
  private count = 0;

  /** Begins an attempt and ends the one before. Returns a function that tells whether this attempt still counts. */
  begin(): () => boolean {
    const mine = ++this.count;
    return () => mine === this.count;
  }

  /** Ends the current attempt. */
  end(): void {
    this.count++;
  }
}
