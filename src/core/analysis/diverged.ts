/**
 * Thrown when a contestant's numbers stop being finite. The contestant cannot train on; whatever trains beside it can.
 * The message is one sentence for the page that names the contestant.
 */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}
