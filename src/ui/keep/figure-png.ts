/** A figure for print as PNG at 300 dpi. */
import { PX_PER_MM, type PrintedFigure, type TextPlace } from './chart-image.ts';
import { withDensity } from './png-density.ts';

const DPI = 300;

/** Whether every text of the figure has begun with something dark, `scale` canvas pixels to one of the figure. */
function hasTexts(context: CanvasRenderingContext2D, texts: readonly TextPlace[], scale: number): boolean {
  return texts.every(({ x, y, size }) => {
    const [left, top, width, height] = [x, y - size, 2 * size, size * 1.2].map((v) => Math.round(v * scale));
    const { data } = context.getImageData(left, top, width, height);
    return data.some((value, i) => i % 4 === 1 && value < 160);
  });
}

/** How often, and after how many milliseconds, a figure without its texts is drawn again. */
const DRAWINGS = 50;
const PAUSE = 60;

/**
 * Draws the figure on `canvas`. Chromium loads the fonts of an SVG image when it is first drawn, and leaves out text
 * until they are there: the figure is drawn again until it has all its text twice in a row. Rejects with `Error` if it
 * never has.
 */
async function drawWithText(
  image: HTMLImageElement,
  canvas: HTMLCanvasElement,
  { texts, widthMm }: PrintedFigure,
): Promise<void> {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no canvas to draw on: export the figure as SVG instead.');
  const scale = canvas.width / (widthMm * PX_PER_MM);
  let complete = 0;
  for (let i = 0; i < DRAWINGS; i++) {
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    complete = hasTexts(context, texts, scale) ? complete + 1 : 0;
    if (complete === 2) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error('The browser could not draw the text of this figure: export it as SVG instead.');
}

/** The figure as PNG with 300 pixels per inch. Rejects with `Error` if the browser cannot draw it. */
export async function toPng(figure: PrintedFigure): Promise<Blob> {
  const { svg, widthMm, heightMm } = figure;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch {
    throw new Error('The browser could not draw this figure as an image: export it as SVG instead.');
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round((widthMm / 25.4) * DPI));
  canvas.height = Math.max(1, Math.round((heightMm / 25.4) * DPI));
  await drawWithText(image, canvas, figure);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not write this figure as PNG: export it as SVG instead.');
  return new Blob([withDensity(new Uint8Array(await blob.arrayBuffer()), DPI)], { type: 'image/png' });
}
