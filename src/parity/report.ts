/** A report of the largest error of each quantity and its tolerance, and the error measures. */

export interface Row {
  readonly quantity: string;
  readonly worst: number;
  readonly tolerance: number;
  /** The tensor, layer or case with the largest error; may be empty. */
  readonly where: string;
}

export class Report {
  private readonly worst = new Map<string, Row>();

  /** Records an error, where one that is not finite counts as infinite. Keeps the largest of each quantity. */
  add(quantity: string, error: number, tolerance: number, where = ''): void {
    const value = Number.isFinite(error) ? error : Infinity;
    const known = this.worst.get(quantity);
    if (!known || value > known.worst) this.worst.set(quantity, { quantity, worst: value, tolerance, where });
  }

  get rows(): readonly Row[] {
    return [...this.worst.values()];
  }

  get ok(): boolean {
    return this.rows.length > 0 && this.rows.every((r) => r.worst <= r.tolerance);
  }

  text(): string {
    const width = Math.max(...this.rows.map((r) => r.quantity.length));
    return this.rows
      .map(
        (r) =>
          `${r.worst <= r.tolerance ? 'ok  ' : 'FAIL'} ${r.quantity.padEnd(width)}  worst ${r.worst.toExponential(2)}` +
          `  tolerance ${r.tolerance.toExponential(0)}${r.where ? `  (${r.where})` : ''}`,
      )
      .join('\n');
  }
}

/** |a - b| / |b|. */
export const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), 1e-30);

/** ||a - b|| / ||b||; infinite if the lengths differ. */
export function relativeNorm(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return a.length === b.length ? Math.sqrt(difference / Math.max(norm, 1e-30)) : Infinity;
}

/** max |a - b|; infinite if the lengths differ. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < b.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}

/** Share of entries that differ by more than `limit`; 1 if the lengths differ. */
export function shareBeyond(a: ArrayLike<number>, b: ArrayLike<number>, limit: number): number {
  let beyond = 0;
  for (let i = 0; i < b.length; i++) if (!(Math.abs(a[i] - b[i]) <= limit)) beyond++;
  return a.length === b.length ? beyond / b.length : 1;
}
