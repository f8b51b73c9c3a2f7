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

/** Standalone SVG text with the page's background behind it. */
export function chartToSvg({ svg, title }: ChartOnPage): string {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const computed = getComputedStyle(originals[i]);
    const style = STYLES.map((s) => `${s}:${computed.getPropertyValue(s)}`).join(';');
    element.setAttribute('style', style);
    element.removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.round(width)));
  copy.setAttribute('height', String(Math.round(height)));
  if (!copy.getAttribute('viewBox'))
    copy.setAttribute('viewBox', `0 0 ${Math.round(width)} ${Math.round(height)}`);
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  background.setAttribute('width', '100%');
  background.setAttribute('height', '100%');
  background.setAttribute('fill', getComputedStyle(document.body).backgroundColor || '#fff');
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  copy.prepend(name, background);
  return new XMLSerializer().serializeToString(copy);
}

/** Draws the SVG at `scale` times its size. Rejects with a readable `Error` where the browser cannot. */
export async function chartToPng(chart: ChartOnPage, scale = 2): Promise<Blob> {
  const { width, height } = chart.svg.getBoundingClientRect();
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
