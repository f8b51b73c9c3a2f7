import type { RobustnessRow } from '../stress-report.ts';

/** A row of a stress-test report: half of 100 images stand 20 steps at ε 8/255, unless `change` says otherwise. */
export const sampleRow = (
  label: string,
  attack: string,
  change: Partial<RobustnessRow> = {},
): RobustnessRow => ({
  label,
  attack,
  name: attack,
  partOf: null,
  eps: 8 / 255,
  stepSize: null,
  iterations: 20,
  restarts: 1,
  targets: 0,
  correct: 50,
  tried: 100,
  n: 100,
  interval: [0.4, 0.6],
  seconds: 1,
  ...change,
});
