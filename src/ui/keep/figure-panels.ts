/** SVG versions of figures that the page draws as HTML: strips of cosines by layer, and adversarial examples. */
import { viridis } from '../see/pixels.ts';
import { cosineColour } from '../why/strip-colour.ts';
import { element, PRINT_FONT, type Drawing } from './svg-copy.ts';

/** Attributes that hold the data of a strip, of an example and of a slice, as JSON. */
export const STRIP = 'data-strip';
export const EXAMPLE = 'data-example';
export const SLICE = 'data-slice';

export interface StripData {
  readonly label: string;
  /** Short names of the layers and their cosines. */
  readonly layers: readonly (readonly [name: string, cosine: number])[];
}
export interface ExampleData {
  readonly label: string;
  /** What the model says before and after the attack. */
  readonly words: string;
}

export interface SliceData {
  readonly label: string;
  /** Losses at the ends of the colour scale. */
  readonly range: readonly [number, number];
}

const TEXT = `font-family:${PRINT_FONT};fill:#000`;
const PAD = 12;
const CELL = { width: 56, height: 30, between: 2 };

const text = (x: number, y: number, size: number, words: string, anchor = 'start') =>
  element('text', { x, y, style: `${TEXT};font-size:${size}px;text-anchor:${anchor}` }, words);

const dataOf = <T>(node: HTMLElement, attribute: string): T => JSON.parse(node.getAttribute(attribute)!) as T;

/** One block of cells per contestant, each cell with its cosine and its layer, wrapped at `width`. */
export function stripsDrawing(nodes: readonly HTMLElement[], width: number): Drawing {
  const group = element('g', {});
  const perLine = Math.max(1, Math.floor((width - 2 * PAD + CELL.between) / (CELL.width + CELL.between)));
  let top = 4;
  for (const { label, layers } of nodes.map((node) => dataOf<StripData>(node, STRIP))) {
    group.append(text(PAD, top + 10, 10.67, label));
    layers.forEach(([name, cosine], i) => {
      const x = PAD + (i % perLine) * (CELL.width + CELL.between);
      const y = top + 16 + Math.floor(i / perLine) * (CELL.height + CELL.between);
      const middle = x + CELL.width / 2;
      group.append(
        element('rect', { x, y, width: CELL.width, height: CELL.height, rx: 2, fill: cosineColour(cosine) }),
        text(middle, y + 13, 9.33, cosine.toFixed(2).replace('-', '−'), 'middle'),
        text(middle, y + 24, 8, name, 'middle'),
      );
    });
    top += 16 + Math.ceil(layers.length / perLine) * (CELL.height + CELL.between) + 8;
  }
  group.append(text(PAD, top + 8, 8, 'Cell: cosine of the two terms’ gradients (no unit), and the layer'));
  return { node: group, width, height: top + 14 };
}

/** Pixels of a 32 x 32 image are enlarged by this, since not every program shows small images without smoothing. */
const ENLARGE = 8;

function enlarged(canvas: HTMLCanvasElement): string {
  const large = document.createElement('canvas');
  large.width = ENLARGE * canvas.width;
  large.height = ENLARGE * canvas.height;
  const context = large.getContext('2d');
  if (!context) throw new Error('The browser gave no canvas to draw the examples on.');
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large.toDataURL('image/png');
}

/** A row per model: its images with their captions, and what it says of x and of x′. */
export function examplesDrawing(nodes: readonly HTMLElement[], width: number): Drawing {
  const group = element('g', {});
  let top = 4;
  for (const node of nodes) {
    const { label, words } = dataOf<ExampleData>(node, EXAMPLE);
    const images = [...node.querySelectorAll<HTMLCanvasElement>('canvas[data-caption]')];
    const side = Math.min(110, (width - 2 * PAD - 6 * (images.length - 1)) / Math.max(1, images.length));
    group.append(text(PAD, top + 10, 10.67, label), text(PAD, top + 22, 8, words));
    images.forEach((canvas, i) => {
      const x = PAD + i * (side + 6);
      group.append(
        element('image', { x, y: top + 28, width: side, height: side, href: enlarged(canvas) }),
        text(x + side / 2, top + 28 + side + 10, 8, canvas.dataset.caption ?? '', 'middle'),
      );
    });
    top += 28 + side + 20;
  }
  return { node: group, width, height: top };
}

const SCALE = { width: 90, height: 8, steps: 45 };

/** The slices beside each other, wrapped at `width`, with one colour scale for all. */
export function slicesDrawing(nodes: readonly HTMLElement[], width: number): Drawing {
  const group = element('g', {});
  const perLine = Math.max(1, Math.min(nodes.length, Math.floor((width - 2 * PAD) / 130)));
  const side = (width - 2 * PAD - 8 * (perLine - 1)) / perLine;
  nodes.forEach((node, i) => {
    const { label } = dataOf<SliceData>(node, SLICE);
    const x = PAD + (i % perLine) * (side + 8);
    const y = 4 + Math.floor(i / perLine) * (side + 22);
    const canvas = node.querySelector('canvas');
    const lines = node.querySelector('svg')?.cloneNode(true) as SVGElement | undefined;
    group.append(text(x, y + 10, 10.67, label));
    if (canvas)
      group.append(element('image', { x, y: y + 14, width: side, height: side, href: enlarged(canvas) }));
    if (!lines) return;
    lines.removeAttribute('style');
    for (const [name, value] of Object.entries({ x, y: y + 14, width: side, height: side }))
      lines.setAttribute(name, String(value));
    group.append(lines);
  });
  const top = 4 + Math.ceil(nodes.length / perLine) * (side + 22);
  const [low, high] = dataOf<SliceData>(nodes[0], SLICE).range;
  const cell = SCALE.width / SCALE.steps;
  for (let i = 0; i < SCALE.steps; i++) {
    const fill = `rgb(${viridis(i / (SCALE.steps - 1))
      .map(Math.round)
      .join(',')})`;
    group.append(
      element('rect', { x: PAD + 30 + i * cell, y: top, width: cell, height: SCALE.height, fill }),
    );
  }
  group.append(
    text(PAD + 26, top + 8, 8, low.toFixed(2), 'end'),
    text(PAD + 34 + SCALE.width, top + 8, 8, `${high.toFixed(2)}  cross-entropy (nats)`),
    text(
      PAD,
      top + 20,
      8,
      'Right: the attack’s direction; up: a random one; each from −ε to ε. Ring: x, cross: x′',
    ),
  );
  return { node: group, width, height: top + 26 };
}
