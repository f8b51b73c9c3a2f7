/** Lines of a chart: one per contestant, with a band and markers. */
import { Marker } from '../Marker.tsx';
import { spaced } from '../spaced.ts';
import type { Series } from '../series.ts';
import type { ContestantStyle } from '../styles.ts';
import { bandPath, type Area } from './geometry.ts';
import { StyledLine } from './StyledLine.tsx';

/** Roughly the number of markers on a line; more would hide the line. */
const MARKERS = 24;

interface Props {
  readonly area: Area;
  readonly series: readonly Series[];
  readonly markers: boolean;
  /** The x whose points are marked with a dot; null for none. */
  readonly chosen: number | null;
}

/** Lines and bands are cut at the ends of the y axis, because a standard deviation may reach below 0 %. */
export function Lines({ area, series, markers, chosen }: Props) {
  const within = (y: number) => Math.min(area.bottom, Math.max(area.top, y));
  const place = (x: number, y: number) => ({ x: area.x(x), y: within(area.y(y)) });
  return (
    <>
      {series.map(
        ({ label, style, points }) =>
          points.some((p) => p.low < p.high) && (
            <path
              key={`band ${label}`}
              data-band={label}
              fill={style.colour}
              fillOpacity={0.16}
              stroke="none"
              d={bandPath(
                points.map((p) => place(p.x, p.low)),
                points.map((p) => place(p.x, p.high)),
              )}
            />
          ),
      )}
      {series.map(({ label, style, points }) => (
        <g key={label}>
          <StyledLine
            data-series={label}
            data-points={points.length}
            places={points.map((p) => place(p.x, p.y))}
            style={style}
            strokeWidth={2.2}
          />
          {(markers || points.length === 1) && <Markers points={points} style={style} place={place} />}
          {points
            .filter((p) => p.x === chosen)
            .map((p) => (
              <circle key={p.x} cx={place(p.x, p.y).x} cy={place(p.x, p.y).y} r={3} fill={style.colour} />
            ))}
        </g>
      ))}
    </>
  );
}

interface MarkersProps {
  readonly points: Series['points'];
  readonly style: ContestantStyle;
  readonly place: (x: number, y: number) => { readonly x: number; readonly y: number };
}

/** At evenly spaced points, and always at the last one. */
const Markers = ({ points, style, place }: MarkersProps) =>
  spaced(points, MARKERS).map((p) => {
    const { x, y } = place(p.x, p.y);
    return <Marker key={p.x} cx={x} cy={y} style={style} />;
  });
