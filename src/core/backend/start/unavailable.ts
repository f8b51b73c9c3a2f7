/** One sentence that says why a backend cannot be used here. */
export class BackendUnavailable extends Error {}
