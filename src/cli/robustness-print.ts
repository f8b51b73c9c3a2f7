/** Prints a row for each attack of `npm run robustness`, and the checks for which its figures suffice. */
import { ATTACKS } from '../core/attacks/registry.ts';
import type { Norm } from '../core/attacks/types.ts';
import { checkResults } from '../core/judge/checks.ts';
import type { CheckResult } from '../core/result/stress-report.ts';

/** The name of AutoAttack: its four attacks in order, each on the images not fooled yet. */
export const SEQUENCE = 'autoattack';

export interface Row {
  readonly attack: string;
  readonly ours: number;
  readonly official: number | null;
  /** On how many images our verdict agrees with the official one; null if there is none. */
  readonly agree: number | null;
  readonly seconds: number;
  /** CPU time of this process, which does not depend on other work of the machine. */
  readonly cpuSeconds: number;
  /** Seconds by attack id. */
  readonly shares: Readonly<Record<string, number>>;
}

/** A row, and the facts that the checks need. */
export interface Judged {
  readonly row: Row;
  readonly robust: readonly boolean[];
  readonly excess: number;
  /** Images that only a black-box attack fooled; null if no gradient attack ran before it. */
  readonly onlyBlackBox: number | null;
}

export const HEADER = 'attack             robust   official      agree   seconds       CPU';

export function printRow(
  { attack, ours, official, agree, seconds, cpuSeconds, shares }: Row,
  n: number,
): void {
  const cells = [
    attack.padEnd(16),
    String(ours).padStart(8),
    String(official ?? '-').padStart(10),
    (agree === null ? '-' : `${agree}/${n}`).padStart(10),
    seconds.toFixed(1).padStart(9),
    cpuSeconds.toFixed(1).padStart(9),
  ];
  const parts = Object.entries(shares);
  const whole = Math.max(
    parts.reduce((sum, [, s]) => sum + s, 0),
    1e-9,
  );
  const texts = parts.map(([id, s]) => `${id} ${((100 * s) / whole).toFixed(0)} %`);
  console.log(cells.join(' ') + (parts.length > 1 ? `   ${texts.join(', ')}` : ''));
}

/**
 * Runs the checks of the robustness report on the facts of these attacks, prints those that fire with why it matters,
 * and returns the results of all.
 */
export function printChecks(clean: readonly boolean[], judged: readonly Judged[], norm: Norm): CheckResult[] {
  const alone = judged.flatMap(({ row, robust }) => {
    const attack = ATTACKS.find((a) => a.id === row.attack);
    return attack ? [[attack.id, { name: attack.name, whiteBox: attack.whiteBox, robust }] as const] : [];
  });
  const results = checkResults(
    {
      clean,
      attacks: new Map(alone),
      excess: Math.max(...judged.map((j) => j.excess)),
      onlyBlackBox:
        judged.find((j) => j.onlyBlackBox !== null && j.row.attack === SEQUENCE)?.onlyBlackBox ?? null,
      norm,
      statisticsChange: null,
      zeroGradients: null,
      randomness: null,
      sweep: [],
      largeEps: Infinity,
      transfer: new Map(),
    },
    'model',
  );
  const fired = results.filter((r) => r.message !== null);
  for (const { title, why, message } of fired) console.log(`check "${title}": ${message} ${why}`);
  if (fired.length === 0) console.log('no check of these figures fired');
  return results;
}
