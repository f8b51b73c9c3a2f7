/**
 * Exports figures for print: one or two columns wide, on white, with title, legend, a caption line and the font
 * embedded, as SVG; figure-png.ts makes a PNG of it.
 */
import type { LegendEntry } from '../charts/legend.ts';
import { markerPath } from '../charts/styles.ts';
import type { FigureOnPage } from './figures-on-page.ts';
import { fontRules } from './print-fonts.ts';
import { element, inLight, PRINT_FONT, resolveColour, SVG, TEXT_PX } from './svg-copy.ts';

/** Widths of one and of two columns, in millimetres. */
export const WIDTHS_MM = [85, 170] as const;
export type WidthMm = (typeof WIDTHS_MM)[number];

/** Pixels of a figure to a millimetre, as CSS has them. */
export const PX_PER_MM = 96 / 25.4;
const MARGIN = 6;
const LINE = 13;
const SAMPLE = 24;
const SMALL_PX = 8;

/** A generous estimate of a text's width in pixels at TEXT_PX. Ideographs and pictures count as two columns. */
const textWidth = (text: string): number =>
  [...text].reduce(
    (sum, c) =>
      sum +
      (/[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u.test(
        c,
      )
        ? 11
        : /[A-Z@%—]/.test(c)
          ? 8
          : 6),
    0,
  );

/** `text`, shortened with an ellipsis if it is wider than `width`. */
export function fitting(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('')}…`;
}

/** `text` in lines of at most `width` pixels at `size` pixels, broken between words. */
export function linesOf(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && (textWidth(longer) * size) / TEXT_PX <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Draws line, dash, marker and label of every entry, wrapped at `width`; returns the number of lines. */
function drawLegend(parent: SVGElement, entries: readonly LegendEntry[], width: number, top: number): number {
  let x = MARGIN;
  let line = 0;
  for (const { label, colour, dash, marker, hollow } of entries) {
    const words = fitting(label, width - 2 * MARGIN - SAMPLE - 6);
    const needed = SAMPLE + 6 + textWidth(words) + 10;
    if (x > MARGIN && x + needed > width) {
      x = MARGIN;
      line++;
    }
    const y = top + line * LINE;
    const ink = resolveColour(colour);
    if (dash !== null)
      parent.append(
        element('line', {
          ...{ x1: x, x2: x + SAMPLE, y1: y - 3.5, y2: y - 3.5 },
          ...{ stroke: ink, 'stroke-width': 2, 'stroke-dasharray': dash || 'none' },
        }),
      );
    if (marker !== null)
      parent.append(
        element('path', {
          d: markerPath(marker, 36),
          transform: `translate(${x + SAMPLE / 2},${y - 3.5})`,
          fill: hollow ? '#fff' : ink,
          stroke: ink,
          'stroke-width': 1.3,
        }),
      );
    parent.append(textAt(x + SAMPLE + 6, y, TEXT_PX, words));
    x += needed;
  }
  return entries.length ? line + 1 : 0;
}

const textAt = (x: number, y: number, size: number, words: string): SVGElement =>
  element('text', { x, y, style: `font-family:${PRINT_FONT};font-size:${size}px;fill:#000` }, words);

/** `text` with `�` for each character that XML does not allow, lone surrogates included. */
export const validXml = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');

/** The first letters of a line of text, in pixels of the figure. */
export interface TextPlace {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
}

export interface PrintedFigure {
  readonly svg: string;
  readonly widthMm: WidthMm;
  readonly heightMm: number;
  /** Title, legend and caption, for a check that they are drawn. */
  readonly texts: readonly TextPlace[];
}

/** Standalone SVG text of a figure, `widthMm` wide, with `caption` below it. Rejects with one sentence. */
export async function printFigure(
  figure: FigureOnPage,
  caption: string,
  widthMm: WidthMm,
): Promise<PrintedFigure> {
  const width = widthMm * PX_PER_MM;
  const drawing = await figure.draw(Math.floor(width));
  const page = element('svg', { xmlns: SVG });
  const titles = linesOf(figure.title, width - 2 * MARGIN, TEXT_PX);
  const below = linesOf(caption, width - 2 * MARGIN, SMALL_PX);
  const top = MARGIN + titles.length * LINE;
  drawing.node.setAttribute('y', String(top));
  if (drawing.node.nodeName === 'g') drawing.node.setAttribute('transform', `translate(0,${top})`);
  else drawing.node.setAttribute('x', String((width - drawing.width) / 2));
  page.append(
    element('title', {}, figure.title),
    element('desc', {}, caption),
    element('rect', { width: '100%', height: '100%', fill: '#fff' }),
    ...titles.map((words, i) => textAt(MARGIN, MARGIN + (i + 0.75) * LINE, TEXT_PX, words)),
    drawing.node,
  );
  const under = top + drawing.height;
  const legend = element('g', { 'data-part': 'legend' });
  const lines = inLight(() => drawLegend(legend, figure.legend, width, under + LINE));
  const captionTop = under + lines * LINE + (lines ? 6 : 2);
  const captionPart = element('g', { 'data-part': 'caption' });
  captionPart.append(
    ...below.map((words, i) => textAt(MARGIN, captionTop + (i + 1) * 10.5, SMALL_PX, words)),
  );
  page.append(legend, captionPart);
  const height = captionTop + below.length * 10.5 + MARGIN;
  const heightMm = height / PX_PER_MM;
  page.setAttribute('width', `${widthMm}mm`);
  page.setAttribute('height', `${heightMm.toFixed(2)}mm`);
  page.setAttribute('viewBox', `0 0 ${width.toFixed(2)} ${height.toFixed(2)}`);
  page.prepend(element('style', {}, await fontRules(page.textContent ?? '')));
  const texts = [...page.querySelectorAll(':scope > text, [data-part] > text')].map((text) => ({
    x: Number(text.getAttribute('x')),
    y: Number(text.getAttribute('y')),
    size: parseFloat((text as SVGTextElement).style.fontSize),
  }));
  return { svg: validXml(new XMLSerializer().serializeToString(page)), widthMm, heightMm, texts };
}
