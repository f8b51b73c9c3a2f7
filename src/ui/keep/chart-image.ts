/**
 * Exports charts as SVG and PNG, with the computed styles written into the SVG, so that it looks the same elsewhere.
 */
import { legendAround, type LegendEntry } from '../charts/legend.ts';
import { markerPath } from '../charts/styles.ts';

export interface ChartOnPage {
  readonly title: string;
  readonly svg: SVGSVGElement;
}

/** The least width of a chart in pixels; smaller surfaces are legend icons. */
const SMALLEST_CHART = 120;
/** The computed styles that affect SVG. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'display',
] as const;

function titleOf(svg: SVGSVGElement, index: number): string {
  const titled = svg.closest('[data-chart-title]')?.getAttribute('data-chart-title');
  if (titled) return titled;
  const figure = svg.closest('figure')?.querySelector('figcaption')?.textContent?.trim();
  if (figure) return figure.slice(0, 80);
  const labelled = svg
    .closest('[role="img"][aria-label], [role="figure"][aria-label]')
    ?.getAttribute('aria-label');
  if (labelled) return labelled.slice(0, 80);
  const heading = svg.closest('section')?.querySelector('h2, h3')?.textContent?.trim();
  return heading ? `${heading} ${index + 1}` : `Chart ${index + 1}`;
}

/** The charts that are on the page now, in reading order, with distinct titles. */
export function chartsOnPage(root: ParentNode = document): ChartOnPage[] {
  const seen = new Map<string, number>();
  return [...root.querySelectorAll<SVGSVGElement>('svg.recharts-surface')]
    .filter((svg) => {
      const box = svg.getBoundingClientRect();
      return box.width >= SMALLEST_CHART && box.height >= SMALLEST_CHART / 2;
    })
    .map((svg, i) => {
      const title = titleOf(svg, i);
      const times = (seen.get(title) ?? 0) + 1;
      seen.set(title, times);
      return { title: times > 1 ? `${title} (${times})` : title, svg };
    });
}

/** A CSS colour as the browser computes it, since variables have no value outside this page. */
function resolveColour(colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}

const MARGIN = 12;
const LINE = 18;
const SVG = 'http://www.w3.org/2000/svg';

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

const SAMPLE = 28;

/** An estimate of a text's width in pixels at 12 px. Ideographs and pictures count as two columns. */
const textWidth = (text: string): number =>
  [...text].reduce(
    (sum, c) =>
      sum +
      (/[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u.test(
        c,
      )
        ? 12.5
        : /[A-Z@%—]/.test(c)
          ? 9.5
          : 7),
    0,
  );

/** `text`, shortened with an ellipsis if it is wider than `width`. */
export function fitting(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('')}…`;
}

/** Draws line, dash, marker and label of every entry, wrapped at `width`; returns the number of lines. */
function drawLegend(
  parent: SVGElement,
  entries: readonly LegendEntry[],
  width: number,
  top: number,
  style: string,
): number {
  let x = MARGIN;
  let line = 0;
  for (const { label, colour, dash, marker, hollow } of entries) {
    const text = fitting(label, width - 2 * MARGIN - SAMPLE - 6);
    const needed = SAMPLE + 6 + textWidth(text) + 14;
    if (x > MARGIN && x + needed > width) {
      x = MARGIN;
      line++;
    }
    const y = top + line * LINE;
    const ink = resolveColour(colour);
    if (dash !== null)
      parent.append(
        element('line', {
          ...{ x1: x, x2: x + SAMPLE, y1: y - 4, y2: y - 4 },
          ...{ stroke: ink, 'stroke-width': 2.2, 'stroke-dasharray': dash || 'none' },
        }),
      );
    if (marker !== null)
      parent.append(
        element('path', {
          d: markerPath(marker, 46),
          transform: `translate(${x + SAMPLE / 2},${y - 4})`,
          fill: hollow ? resolveColour('var(--mantine-color-body)') : ink,
          stroke: ink,
          'stroke-width': 1.5,
        }),
      );
    parent.append(element('text', { x: x + SAMPLE + 6, y, style }, text));
    x += needed;
  }
  return entries.length ? line + 1 : 0;
}

/** Sizes in the exported picture, in pixels: the chart, the title above it, the legend below. */
function layout({ svg }: ChartOnPage, legend: readonly LegendEntry[]) {
  const { width, height } = svg.getBoundingClientRect();
  const scratch = element('g', {});
  const lines = drawLegend(scratch, legend, width, 0, '');
  return {
    width: Math.round(width),
    chart: Math.round(height),
    top: 30,
    bottom: lines * LINE + (lines ? MARGIN : 0),
  };
}

/** `text` with `�` for each character that XML does not allow, lone surrogates included. */
export const validXml = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

/** Standalone SVG text: title, chart and legend on the page's background. */
export function chartToSvg(chart: ChartOnPage): string {
  const { svg, title } = chart;
  const legend = legendAround(svg);
  const { width, chart: height, top, bottom } = layout(chart, legend);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const computed = getComputedStyle(originals[i]);
    const style = STYLES.map((s) => `${s}:${computed.getPropertyValue(s)}`).join(';');
    element.setAttribute('style', style);
    element.removeAttribute('class');
  });
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  if (!copy.getAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('y', String(top));

  const { color, fontFamily, backgroundColor } = getComputedStyle(document.body);
  const style = `fill:${color};font-family:${fontFamily};font-size:12px`;
  const total = top + height + bottom;
  const page = element('svg', { xmlns: SVG, width, height: total, viewBox: `0 0 ${width} ${total}` });
  page.append(
    element('title', {}, title),
    element('rect', { width: '100%', height: '100%', fill: backgroundColor || '#fff' }),
    element('text', { x: MARGIN, y: 20, style: `${style};font-weight:600` }, title),
    copy,
  );
  drawLegend(page, legend, width, top + height + LINE, style);
  return validXml(new XMLSerializer().serializeToString(page));
}

/** The chart as PNG at `scale` times its size. Rejects with `Error` if the browser cannot draw it. */
export async function chartToPng(chart: ChartOnPage, scale = 2): Promise<Blob> {
  const legend = legendAround(chart.svg);
  const { width, chart: inner, top, bottom } = layout(chart, legend);
  const height = inner + top + bottom;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(chartToSvg(chart))}`;
  try {
    await image.decode();
  } catch {
    throw new Error('The browser could not draw this chart as an image: export it as SVG instead.');
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gave no canvas to draw on: export the chart as SVG instead.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not write this chart as PNG: export it as SVG instead.');
  return blob;
}
