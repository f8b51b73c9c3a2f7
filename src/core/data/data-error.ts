/** A failed load. Its message is shown as it is: it names the file or address and says what was expected. */
export class DataError extends Error {
  override name = 'DataError';
}
