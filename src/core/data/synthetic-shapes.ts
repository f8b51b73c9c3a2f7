/**
 * Signed distance of a point to an outline of radius about 1, negative inside. Near corners it is approximate: the
 * larger of the distances to the sides.
 */
export type Shape = (x: number, y: number) => number;

export const disc: Shape = (x, y) => Math.sqrt(x * x + y * y) - 0.95;

export const square: Shape = (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.85;

export const triangle: Shape = (x, y) => Math.max(0.866 * Math.abs(x) - 0.5 * y, y) - 0.58;

export const ring: Shape = (x, y) => Math.abs(Math.sqrt(x * x + y * y) - 0.75) - 0.25;

export const cross: Shape = (x, y) => {
  const a = Math.abs(x);
  const b = Math.abs(y);
  return Math.max(Math.max(a, b) - 1, Math.min(a, b) - 0.33);
};
