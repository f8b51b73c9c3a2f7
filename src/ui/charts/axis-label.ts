/** Labels of recharts' axes: the quantity with its unit. */

export const xLabel = (value: string) => ({ value, position: 'insideBottom', offset: -12 }) as const;

export const yLabel = (value: string) =>
  ({ value, angle: -90, position: 'insideLeft', offset: 8, style: { textAnchor: 'middle' } }) as const;
