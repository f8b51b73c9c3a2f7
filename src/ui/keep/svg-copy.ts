/** Copies SVG from the page with its computed styles, in the page's light colours on white, and creates elements. */

export interface Drawing {
  readonly node: SVGElement;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export const SVG = 'http://www.w3.org/2000/svg';
/** The font of exported figures, which is embedded in them (print-fonts.ts). */
export const PRINT_FONT = 'Roboto, Arial, sans-serif';

/** The computed styles that affect SVG, except the font. */
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
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'display',
] as const;
/** The largest text in a figure, in pixels: 8 points at 96 pixels per inch. */
export const TEXT_PX = 10.67;

export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

const SCHEME = 'data-mantine-color-scheme';

/** The result of `work`, done while the page has its light colours. Nothing is painted meanwhile. */
export function inLight<T>(work: () => T): T {
  const root = document.documentElement;
  const before = root.getAttribute(SCHEME);
  root.setAttribute(SCHEME, 'light');
  try {
    return work();
  } finally {
    if (before === null) root.removeAttribute(SCHEME);
    else root.setAttribute(SCHEME, before);
  }
}

/** A CSS colour as the browser computes it, since variables have no value outside this page. */
export function resolveColour(colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}

/** A copy, `width` x `height` pixels, with the styles written into every element. Call it within `inLight`. */
export function copyWithStyles(svg: SVGSVGElement, width: number, height: number): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  // The ground of the page's light colours is nearly white.
  const ground = resolveColour('var(--mantine-color-body)');
  [copy, ...copy.querySelectorAll('*')].forEach((node, i) => {
    const computed = getComputedStyle(originals[i]);
    const style = STYLES.map((s) => `${s}:${computed.getPropertyValue(s).replaceAll(ground, '#fff')}`);
    if (node.nodeName === 'text' || node.nodeName === 'tspan') {
      const size = Math.min(TEXT_PX, parseFloat(computed.getPropertyValue('font-size')) || TEXT_PX);
      style.push(`font-family:${PRINT_FONT}`, `font-size:${size}px`);
    }
    // Attributes may name variables of this page, which mean nothing elsewhere.
    for (const name of STYLES) node.removeAttribute(name);
    node.setAttribute('style', style.join(';'));
    node.removeAttribute('class');
    node.removeAttribute('tabindex');
    node.removeAttribute('data-legend');
  });
  if (!copy.getAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return copy;
}
