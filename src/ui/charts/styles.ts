/** The styles of contestants: colour, dash and marker, and the SVG paths of the markers. */

export type MarkerShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'wye';

export interface ContestantStyle {
  readonly colour: string;
  readonly dash: string;
  readonly marker: MarkerShape;
  /** The marker is drawn as an outline. */
  readonly hollow: boolean;
}

const style = (colour: string, dash: string, marker: MarkerShape, hollow = false): ContestantStyle => ({
  colour,
  dash,
  marker,
  hollow,
});

/**
 * No two styles have the same colour, and no two the same marker, fill and dash, so that no chart depends on colour
 * alone. The first colours follow Okabe & Ito; each has a contrast of at least 3:1 on the page, light and dark. Saved
 * runs name a style by its index: append new ones, change none.
 */
export const STYLES: readonly ContestantStyle[] = [
  style('#0077bb', '', 'circle'),
  style('#d55e00', '6 3', 'square'),
  style('#8458cf', '', 'triangle'),
  style('#009e73', '2 3', 'diamond'),
  style('#cc4a8f', '8 3 2 3', 'star'),
  style('#8a6d00', '4 4', 'cross'),
  style('#3f7f93', '10 4', 'wye'),
  style('#7a7a7a', '1 3', 'circle', true),
  style('#c0504d', '12 3 3 3', 'square', true),
  style('#4f8f2f', '', 'diamond', true),
  style('#5f7fbf', '3 2', 'triangle', true),
  style('#a8822a', '8 2', 'star', true),
  style('#b05fb0', '2 5', 'cross', true),
  style('#2f8f8f', '5 2 1 2', 'wye', true),
  style('#e0558f', '14 4', 'circle'),
  style('#7f8f5a', '1 2 6 2', 'square'),
  style('#d000c0', '3 5', 'triangle'),
  style('#4a6cf0', '9 2 1 2', 'diamond'),
  style('#e03131', '5 5', 'star'),
  style('#ad7585', '2 2 8 2', 'cross'),
  style('#7d74ea', '7 7', 'wye'),
  style('#1c86e0', '11 2', 'square', true),
  style('#9a5cf0', '1 4', 'circle', true),
  style('#9a6a4f', '6 2 2 2', 'diamond', true),
  style('#5a8a7a', '3 3 9 3', 'triangle', true),
  style('#c9622f', '4 2', 'star', true),
  style('#0c8599', '10 3 3 3', 'wye', true),
  style('#d6336c', '6 4 2 4', 'cross', true),
  style('#5b7a00', '2 4 2 8', 'star'),
  style('#6b7bd6', '12 4', 'square'),
  style('#8a7a1e', '2 2 2 8', 'triangle'),
  style('#b3589a', '15 3 3 3', 'diamond', true),
];

/** The style for a label that is not in the race. */
export const NO_CONTESTANT = style('#7a7a7a', '', 'circle');

/** Dash, marker and filling of opened models, which have no colour of their own. */
const OPENED: readonly (readonly [string, MarkerShape, boolean])[] = [
  ['', 'diamond', false],
  ['4 3', 'square', true],
  ['1 3', 'triangle', false],
  ['8 4', 'star', true],
  ['6 2 1 2', 'cross', false],
];

/** The style of the opened model with this index; for -1, that of a label which names no model. */
export function openedStyle(index: number): ContestantStyle {
  if (index < 0) return NO_CONTESTANT;
  const [dash, marker, hollow] = OPENED[index % OPENED.length];
  return style(NO_CONTESTANT.colour, dash, marker, hollow);
}

/** So many styles from the start of `STYLES` are reserved for the contestants of the line-ups (identity.ts). */
export const TAKEN_BY_METHODS = 21;
/** The next styles are for variants that have none of their own; the rest are reserved for methods added later. */
export const FOR_VARIANTS = 5;

const corners = (places: readonly (readonly [number, number])[]): string =>
  `M${places.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join('L')}Z`;

/** `n` corners around the origin, corner i at radius `r(i)`; without `turn`, the first points up. */
const ring = (n: number, r: (i: number) => number, turn = 0): [number, number][] =>
  Array.from({ length: n }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / n - Math.PI / 2;
    return [r(i) * Math.cos(angle), r(i) * Math.sin(angle)];
  });

const SHAPES: Readonly<Record<MarkerShape, (r: number) => string>> = {
  circle: (r) => `M${-r},0A${r},${r} 0 1 1 ${r},0A${r},${r} 0 1 1 ${-r},0Z`,
  square: (r) => corners(ring(4, () => 1.25 * r, Math.PI / 4)),
  triangle: (r) => corners(ring(3, () => 1.35 * r)),
  diamond: (r) => corners(ring(4, (i) => (i % 2 === 0 ? 1.4 * r : 0.9 * r))),
  star: (r) => corners(ring(10, (i) => (i % 2 === 0 ? 1.45 * r : 0.6 * r))),
  cross: (r) => {
    const [a, b] = [0.4 * r, 1.2 * r];
    return corners([
      ...([
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
      ] as const),
      ...([
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
      ] as const),
    ]);
  },
  wye: (r) => corners(ring(6, (i) => (i % 2 === 1 ? 1.35 * r : 0.45 * r))),
};

/** SVG path of a marker centred on the origin; its area is about `size` square pixels. */
export const markerPath = (shape: MarkerShape, size: number): string =>
  SHAPES[shape](Math.sqrt(size / Math.PI));
