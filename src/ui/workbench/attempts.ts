/** Attempts at one thing, of which only the last counts: what an earlier one answers later must change nothing. */
export class Attempts {
  private count = 0;

  /** Begins an attempt and ends the one before. The function returned tells whether this one still counts. */
  begin(): () => boolean {
    const mine = ++this.count;
    return () => mine === this.count;
  }

  /** Ends the attempt under way. */
  end(): void {
    this.count++;
  }
}
