/** A backend cannot be used here; the message says why in one sentence. */
export class BackendUnavailable extends Error {}
