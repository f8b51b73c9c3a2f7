/** A failure whose message is the sentence to show: it names the file or address and says what was expected. */
export class DataError extends Error {
  override name = 'DataError';
}
