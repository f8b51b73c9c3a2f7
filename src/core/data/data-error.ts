/** A failure whose message is the sentence to show: it names the file or address and says what was expected. */
export class DataError extends Error {
  override name = 'DataError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
