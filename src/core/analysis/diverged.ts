/**
 * Thrown when a contestant's loss or outputs are no longer finite. It ends that contestant's run only; the other runs
 * of the race continue. The page shows the message, which names the contestant and says what to change.
 */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}
