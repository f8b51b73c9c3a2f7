/** Whether this runs in Node rather than in a browser or one of its workers. */
export const isNode = (): boolean =>
  typeof process !== 'undefined' && typeof process.versions?.node === 'string';
