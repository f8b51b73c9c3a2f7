/** What an error says, for a sentence on the page, in a log or in a result. A leaf. */

/** Browsers give some errors a name and no message. */
const BY_NAME: Readonly<Record<string, string>> = {
  QuotaExceededError: 'no storage space left',
  AbortError: 'it was aborted',
  NotFoundError: 'it was not found',
  InvalidStateError: 'the database was closed',
  DataCloneError: 'it cannot be stored',
};

/** A message without its full stop, to be put into the middle of a sentence. */
export const withoutFullStop = (message: string): string => message.replace(/\.$/, '');

/** The message of whatever was thrown; never empty. */
export function errorMessage(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error).trim() || 'no reason was given';
  const { message, name } = error as { message?: unknown; name?: unknown };
  if (typeof message === 'string' && message.trim()) return message;
  if (typeof name !== 'string' || !name || name === 'Error') return 'no reason was given';
  return Object.hasOwn(BY_NAME, name) ? `${BY_NAME[name]} (${name})` : name;
}
