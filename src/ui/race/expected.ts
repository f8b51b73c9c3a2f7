/** What a visitor may expect of a short race. scripts/findings.test.ts checks the figures against quick-race.json. */

export const EXPECTED =
  'What to expect, in points with 95 % intervals: over five recorded seeds of the quick preset, on 800 test images, ARAT less AT was +10.0 (+6.5 to +13.5) clean and none (−0.6 to +7.2) under PGD-10.';

/** For a race with the control. */
export const EXPECTED_OF_CONTROL =
  'The control, ARAT with invariance weight 0, less AT was +11.2 (+7.6 to +14.8) clean; the control less ARAT was none (−0.1 to +2.6) clean and none (−1.9 to +3.3) under PGD-10, so at this scale no effect of the invariance term on accuracy is seen.';
