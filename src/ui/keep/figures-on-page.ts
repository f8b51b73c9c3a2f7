/** Finds what can be exported as a figure on the page, and draws each at a given width as SVG. */
import { legendAround, type LegendEntry } from '../charts/legend.ts';
import { EXAMPLE, SLICE, STRIP, examplesDrawing, slicesDrawing, stripsDrawing } from './figure-panels.ts';
import { copyWithStyles, inLight, type Drawing } from './svg-copy.ts';

export interface FigureOnPage {
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** What it counts and its attack, if these are not those of the race. */
  readonly note: string | null;
  /** Its whole caption, if it does not show the run on the page. */
  readonly caption: string | null;
  /** Sentences to add to the caption: what figures of others in it are. */
  readonly addition: string | null;
  /** Its drawing, `width` pixels wide. May change the size of the chart on the page until it resolves. */
  readonly draw: (width: number) => Promise<Drawing>;
}

/** The least width of a chart in pixels; smaller surfaces are legend icons. */
const SMALLEST_CHART = 120;

function titleOf(svg: Element, index: number): string {
  const titled = svg.closest('[data-chart-title]')?.getAttribute('data-chart-title');
  if (titled) return titled;
  const figure = svg.closest('figure')?.querySelector('figcaption')?.textContent?.trim();
  if (figure) return figure.slice(0, 80);
  const labelled = svg.closest('[role="img"][aria-label]')?.getAttribute('aria-label');
  if (labelled) return labelled.slice(0, 80);
  const heading = svg.closest('section')?.querySelector('h2, h3')?.textContent?.trim();
  return heading ? `${heading} ${index + 1}` : `Chart ${index + 1}`;
}

const frame = () => new Promise<void>((resolve) => void requestAnimationFrame(() => resolve()));
/** Frames to wait for a chart to take a new width. */
const PATIENCE = 30;

/** Gives the chart's box this width until it has been drawn and copied. */
async function redrawn(svg: SVGSVGElement, width: number): Promise<Drawing> {
  const box = svg.closest<HTMLElement>('.plot-box');
  if (!box) throw new Error('This chart is no longer on the page: choose another.');
  const { style } = box;
  const before = style.cssText;
  try {
    style.width = style.minWidth = style.maxWidth = `${width}px`;
    let drawn: SVGSVGElement | null = svg;
    for (let i = 0; i < PATIENCE; i++) {
      await frame();
      drawn = box.querySelector<SVGSVGElement>('svg.plot');
      if (drawn && Math.abs(Number(drawn.getAttribute('width')) - width) < 1.5) break;
    }
    // One more frame, in which the points of the new size are drawn.
    await frame();
    if (!drawn) throw new Error('This chart is no longer on the page: choose another.');
    const height = Number(drawn.getAttribute('height')) || drawn.getBoundingClientRect().height;
    const own = Number(drawn.getAttribute('width')) || width;
    return { node: inLight(() => copyWithStyles(drawn, own, height)), width: own, height };
  } finally {
    style.cssText = before;
  }
}

/** How much a drawing of fixed proportions may grow, so that its text is not larger than that of other figures. */
const MOST_SCALE = 1.2;

function scaled(svg: SVGSVGElement, width: number): Drawing {
  const { width: w, height: h } = svg.viewBox.baseVal;
  const own = Math.min(width, w * MOST_SCALE);
  const height = (own * h) / w;
  return { node: inLight(() => copyWithStyles(svg, own, height)), width: own, height };
}

const attributeAround = (element: Element, attribute: string): string | null =>
  element.closest(`[${attribute}]`)?.getAttribute(attribute) ?? null;
const wordsOf = (element: Element): Pick<FigureOnPage, 'note' | 'caption' | 'addition'> => ({
  note: attributeAround(element, 'data-figure-note'),
  caption: attributeAround(element, 'data-figure-caption'),
  addition: attributeAround(element, 'data-figure-addition'),
});

function charts(root: ParentNode): FigureOnPage[] {
  return [...root.querySelectorAll<SVGSVGElement>('svg.plot')]
    .filter((svg) => {
      const box = svg.getBoundingClientRect();
      return box.width >= SMALLEST_CHART && box.height >= SMALLEST_CHART / 2;
    })
    .map((svg, i) => ({
      title: titleOf(svg, i),
      legend: legendAround(svg),
      ...wordsOf(svg),
      draw: (width) => redrawn(svg, width),
    }));
}

function drawings(root: ParentNode): FigureOnPage[] {
  return [...root.querySelectorAll<SVGSVGElement>('svg[data-chart-title]')].map((svg, i) => ({
    title: titleOf(svg, i),
    legend: legendAround(svg),
    ...wordsOf(svg),
    draw: (width) => Promise.resolve(scaled(svg, width)),
  }));
}

/** All elements with `attribute` as one figure; none if there are none. */
function panels(
  root: ParentNode,
  attribute: string,
  title: string,
  draw: (elements: readonly HTMLElement[], width: number) => Drawing,
): FigureOnPage[] {
  const elements = [...root.querySelectorAll<HTMLElement>(`[${attribute}]`)];
  if (elements.length === 0) return [];
  const words = wordsOf(elements[0]);
  return [{ title, legend: [], ...words, draw: (width) => Promise.resolve(draw(elements, width)) }];
}

/** The figures that are on the page now, with distinct titles. */
export function figuresOnPage(root: ParentNode = document): FigureOnPage[] {
  const seen = new Map<string, number>();
  return [
    ...charts(root),
    ...drawings(root),
    ...panels(root, STRIP, 'Gradient cosine by layer', stripsDrawing),
    ...panels(root, EXAMPLE, 'Adversarial examples', examplesDrawing),
    ...panels(root, SLICE, 'Loss around the image', slicesDrawing),
  ].map((figure) => {
    const times = (seen.get(figure.title) ?? 0) + 1;
    seen.set(figure.title, times);
    return times > 1 ? { ...figure, title: `${figure.title} (${times})` } : figure;
  });
}
