/** Images per forward pass. */
export const EVALUATION_BATCH = 128;
