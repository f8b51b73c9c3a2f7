/**
 * The series of a chart within recharts' axes: three paths each, however many points there are. recharts' own Line and Area make
 * components and objects for every point; drawn a few times a second, they would hold the page for longer than a frame.
 */
import { memo, useId } from 'react';
import { useXAxisScale, useYAxisScale } from 'recharts';
import type { BandPoint } from '../../core/result/spread.ts';
import { MarkerDefinition, markersOf } from './Marker.tsx';
import { bandPath, linePath, spaced } from './paths.ts';
import type { Series } from './series.ts';

/** Markers tell lines apart; more of them would only cover the line. */
const MARKERS = 24;

interface Props {
  readonly series: readonly Series[];
  /** Ends of the y axis: a deviation may reach beyond what the axis can show, e.g. below 0 %. */
  readonly domain: readonly [number, number];
  readonly markers: boolean;
}

/** Bands behind, lines before them, markers on top. */
export const Curves = memo(function Curves({ series, domain: [bottom, top], markers }: Props) {
  const id = useId();
  const toX = useXAxisScale();
  const toY = useYAxisScale();
  if (!toX || !toY) return null;
  const place = (x: number, y: number) => ({ x: toX(x) ?? 0, y: toY(y) ?? 0 });
  const lineOf = (points: readonly BandPoint[]) => points.map((p) => place(p.x, p.y));
  const areaOf = (points: readonly BandPoint[]) => {
    const wide = points.filter((p) => p.n > 1);
    return bandPath(
      wide.map((p) => place(p.x, Math.min(top, p.high))),
      wide.map((p) => place(p.x, Math.max(bottom, p.low))),
    );
  };
  return (
    <g>
      {markers && (
        <defs>
          {series.map(({ label, style }, i) => (
            <MarkerDefinition key={label} id={`${id}${i}`} style={style} />
          ))}
        </defs>
      )}
      {series
        .filter((s) => s.points.some((p) => p.n > 1))
        .map(({ label, style, points }) => (
          <path
            key={`band ${label}`}
            data-band={label}
            d={areaOf(points)}
            fill={style.colour}
            fillOpacity={0.16}
            stroke="none"
          />
        ))}
      {series.map(({ style: { colour, dash }, label, points }, i) => {
        const line = lineOf(points);
        return (
          <g key={label} data-series={label} data-points={points.length} fill="none">
            <path d={linePath(line)} stroke={colour} strokeDasharray={dash} strokeWidth={2.2} />
            {markers && (
              <path d={linePath(spaced(line, MARKERS))} stroke="none" {...markersOf(`${id}${i}`)} />
            )}
          </g>
        );
      })}
    </g>
  );
});
