/** Whether this is Node, and not a browser or one of its workers. */
export const isNode = (): boolean =>
  typeof process !== 'undefined' && typeof process.versions?.node === 'string';
