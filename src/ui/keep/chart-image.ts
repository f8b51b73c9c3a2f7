/** Charts as SVG and PNG: the drawn SVG with its computed styles written in, so that it looks the same elsewhere. */

export interface ChartOnPage {
  readonly title: string;
  readonly svg: SVGSVGElement;
}

/** Smaller surfaces are legend icons. */
const SMALLEST_CHART = 120;
/** What decides how SVG looks; everything else in the computed style is noise. */
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

/** The charts now on the page, in reading order, with distinct titles. */
export function chartsOnPage(root: ParentNode = document): ChartOnPage[] {
  const seen = new Map<string, number>();
  return [...root.querySelectorAll<SVGSVGElement>('svg.recharts-surface, svg[data-chart]')]
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

export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
}

/** A CSS colour, variables included, as the browser computes it: outside this page a variable means nothing. */
export function resolveColour(colour: string): string {
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

/** Entries side by side, wrapped at `width` (text width estimated: measuring needs a drawn page); returns the lines used. */
function drawLegend(
  parent: SVGElement,
  entries: readonly LegendEntry[],
  width: number,
  top: number,
  style: string,
): number {
  let x = MARGIN;
  let line = 0;
  for (const { label, colour } of entries) {
    const needed = 36 + 7.5 * label.length;
    if (x > MARGIN && x + needed > width) {
      x = MARGIN;
      line++;
    }
    const y = top + line * LINE;
    parent.append(
      element('circle', { cx: x + 5, cy: y - 4, r: 5, fill: colour }),
      element('text', { x: x + 15, y, style }, label),
    );
    x += needed;
  }
  return entries.length ? line + 1 : 0;
}

/** Size of the exported picture: the chart with its title above and its legend below. */
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

/** Standalone SVG text: title, chart and legend on the page's background. */
export function chartToSvg(chart: ChartOnPage, legend: readonly LegendEntry[] = []): string {
  const { svg, title } = chart;
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
  return new XMLSerializer().serializeToString(page);
}

/** Draws the SVG at `scale` times its size. Rejects with a readable `Error` where the browser cannot. */
export async function chartToPng(
  chart: ChartOnPage,
  legend: readonly LegendEntry[] = [],
  scale = 2,
): Promise<Blob> {
  const { width, chart: inner, top, bottom } = layout(chart, legend);
  const height = inner + top + bottom;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(chartToSvg(chart, legend))}`;
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
