import { useEffect, useRef } from 'react';
import { IMAGE_SIDE, rgbToRgba } from './pixels.ts';

interface Props {
  /** RGB bytes, [32*32*3]; null draws an empty frame of the same size. */
  readonly rgb: ArrayLike<number> | null;
  /** Text alternative; null where the image only repeats what stands beside it. */
  readonly label: string | null;
  /** Its caption in an exported figure; without one it is left out of the figure. */
  readonly caption?: string;
}

/** A 32x32 image, enlarged without smoothing. */
export function PixelImage({ rgb, label, caption }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    if (rgb) context.putImageData(new ImageData(rgbToRgba(rgb), IMAGE_SIDE, IMAGE_SIDE), 0, 0);
    else context.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
  }, [rgb]);
  return (
    <canvas
      ref={canvas}
      width={IMAGE_SIDE}
      height={IMAGE_SIDE}
      data-caption={caption}
      {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
      style={{
        width: '100%',
        maxWidth: 128,
        aspectRatio: '1',
        imageRendering: 'pixelated',
        borderRadius: 'var(--mantine-radius-sm)',
        background: 'var(--mantine-color-default-border)',
        display: 'block',
      }}
    />
  );
}
