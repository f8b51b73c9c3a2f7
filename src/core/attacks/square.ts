/**
 * Square attack: random search with square-shaped changes that sees only logits. Andriushchenko, Croce, Flammarion,
 * Hein, Square Attack: a query-efficient black-box adversarial attack via random search, ECCV 2020; constants of the
 * official square.py (margin loss).
 */
import { RandomStream } from '../random/random.ts';
import { gatherRows } from './attack-model.ts';
import { runRestarts, type Attempt } from './restarts.ts';
import { initialLinf, proposeLinf } from './square-linf.ts';
import { initialL2, proposeL2 } from './square-l2.ts';
import type { AttackInput, AttackOutcome, EvaluationAttack } from './types.ts';

/** Share of the pixels that the first square covers. */
const P_INIT = 0.8;
/** The share halves after each of these queries. */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/** Share of the pixels that a square covers at query `query` (from 0). */
export function coveredShare(query: number): number {
  return P_INIT / 2 ** HALVINGS.filter((h) => query > h).length;
}

/** z_y - max_{k != y} z_k of a row of the logits: at most 0 if fooled. Throws `Error` if it is not finite. */
function margin(logits: Float32Array, classes: number, row: number, label: number): number {
  let other = -Infinity;
  for (let k = 0; k < classes; k++) if (k !== label) other = Math.max(other, logits[row * classes + k]);
  const value = logits[row * classes + label] - other;
  if (!Number.isFinite(value))
    throw new Error(`The model's output is not a finite number (${value}): it cannot be attacked.`);
  return value;
}

async function search(
  { model, threat, pace }: AttackInput,
  { x, y }: Attempt,
  queries: number,
  stream: RandomStream,
): Promise<AttackOutcome> {
  const { imageSize: size, imageShape: shape, classes } = model;
  const [initial, propose] =
    threat.norm === 'linf' ? [initialLinf, proposeLinf] : ([initialL2, proposeL2] as const);
  const best = initial(x, threat.eps, shape, stream);
  const fooled = new Uint8Array(y.length);
  const margins = new Float32Array(y.length);
  let active = Array.from(y.keys());
  const first = await model.logits(best);
  await pace(y.length);
  for (const i of active) margins[i] = margin(first, classes, i, y[i]);
  for (let query = 0; query < queries; query++) {
    active = active.filter((i) => margins[i] > 0);
    if (active.length === 0) break;
    const proposal = gatherRows(best, size, active);
    propose(proposal, gatherRows(x, size, active), threat.eps, shape, coveredShare(query), stream);
    const logits = await model.logits(proposal);
    await pace(active.length);
    active.forEach((i, r) => {
      const m = margin(logits, classes, r, y[i]);
      if (m >= margins[i] && m > 0) return;
      margins[i] = m;
      best.set(proposal.subarray(r * size, (r + 1) * size), i * size);
    });
  }
  for (const i of y.keys()) fooled[i] = margins[i] <= 0 ? 1 : 0;
  return { adversarial: best, fooled };
}

export const square: EvaluationAttack = {
  id: 'square',
  name: 'Square',
  description: 'Random search with square-shaped changes: sees only the logits, no gradients.',
  source: 'Andriushchenko et al., ECCV 2020, https://arxiv.org/abs/1912.00049',
  whiteBox: false,
  counts: 'queries',
  norms: ['linf', 'l2'],
  budget: { iterations: 5000, restarts: 1, targets: 0 },
  reportRow: 'in-ensemble',
  stepSize: () => null,
  passes: (b) => b.restarts * (b.iterations + 1),
  run: (input, budget) =>
    runRestarts(input, budget.restarts, [0], (attempt, restart) => {
      const name = `square batch ${input.batch} restart ${restart}`;
      return search(input, attempt, budget.iterations, RandomStream.of(input.seed, name));
    }),
};
