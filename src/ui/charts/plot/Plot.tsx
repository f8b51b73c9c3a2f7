/** Draws a chart's axes, grid and tooltip as SVG. The child draws the data. */
import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { areaOf, nearest, ticksOf, type Area, type Axis, type Tick } from './geometry.ts';

export interface Spot {
  readonly x: number;
  /** Without it, the pointer chooses by x alone. */
  readonly y?: number;
}

export interface PlotProps<S extends Spot = Spot> {
  /** The chart's name for screen readers. */
  readonly title: string;
  /** Pixels; the width is that of its place on the page. */
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  /** The points that pointer and arrow keys can choose, in the order of the keys; x and y are values of the axes. */
  readonly spots?: readonly S[];
  /** The text of the tooltip at a spot. */
  readonly tip?: (spot: S) => ReactNode;
  /** Whether a text around the chart says what it shows: it then has neither focus nor a name. */
  readonly described?: boolean;
  readonly children: (area: Area, chosen: S | null) => ReactNode;
}

/** How far the pointer may be from a point that has a y, in pixels. */
const REACH = 28;

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
  Escape: () => -1,
};

/**
 * Draws nothing before the width is known. The chosen spot is shown in a tooltip; by keyboard (arrow keys, Home, End,
 * Escape) it is read out too.
 */
export function Plot<S extends Spot>(props: PlotProps<S>) {
  const { title, height, x, y, spots = [], tip, described = false, children } = props;
  const { ref, width } = useElementSize();
  const [at, choose] = useState(-1);
  const chosen = spots[at] ?? null;
  const area = areaOf(width, height, x, y);

  const onPointer = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    const places = spots.map((s) => ({
      x: area.x(s.x),
      ...(s.y !== undefined && { y: area.y(s.y) }),
    }));
    choose(nearest(places, pointer, spots.some((s) => s.y !== undefined) ? REACH : Infinity));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || spots.length === 0) return;
    event.preventDefault();
    choose(step(at, spots.length - 1));
  };
  const reading = tip && {
    onPointerMove: onPointer,
    onPointerDown: onPointer,
    onPointerLeave: () => choose(-1),
    ...(!described && {
      onKeyDown: onKey,
      onFocus: () => choose((before) => (before < 0 ? 0 : before)),
      onBlur: () => choose(-1),
      tabIndex: 0,
      role: 'application',
      'aria-roledescription': 'chart, read with the arrow keys',
    }),
  };
  return (
    <div ref={ref} className="plot-box" style={{ height }}>
      {width > 0 && (
        <svg
          className="plot"
          width={width}
          height={height}
          {...(described ? { 'aria-hidden': true } : { role: 'img', 'aria-label': title })}
          {...reading}
        >
          <Axes area={area} x={x} y={y} height={height} />
          {children(area, chosen)}
        </svg>
      )}
      {tip && (
        <div
          className="plot-tip"
          role={described ? undefined : 'status'}
          hidden={!chosen}
          style={chosen ? placeOf(area, chosen) : undefined}
        >
          {chosen && tip(chosen)}
        </div>
      )}
    </div>
  );
}

/** Beside the spot, on the side with more room. */
function placeOf(area: Area, spot: Spot): React.CSSProperties {
  const x = area.x(spot.x);
  const left = x < (area.left + area.right) / 2;
  const y = spot.y === undefined ? area.top : area.y(spot.y);
  return {
    left: left ? x + 12 : x - 12,
    top: Math.max(area.top, y - 20),
    transform: left ? undefined : 'translateX(-100%)',
  };
}

interface AxesProps {
  readonly area: Area;
  readonly x: Axis;
  readonly y: Axis;
  readonly height: number;
}

function Axes({ area, x, y, height }: AxesProps) {
  const { left, right, top, bottom } = area;
  const alongX = ticksOf(x, left, right, 'x');
  const alongY = ticksOf(y, bottom, top, 'y');
  return (
    <>
      <path className="plot-grid" d={gridOf(alongX, alongY, area)} />
      <line className="plot-axis plot-axis-x" x1={left} x2={right} y1={bottom} y2={bottom} />
      <line className="plot-axis plot-axis-y" x1={left} x2={left} y1={top} y2={bottom} />
      <g className="plot-ticks-x" textAnchor="middle">
        {alongX.map(({ at, text }) => text && <text key={at} x={at} y={bottom + 16} children={text} />)}
      </g>
      <g className="plot-ticks-y" textAnchor="end">
        {alongY.map(({ at, text }) => text && <text key={at} x={left - 6} y={at + 4} children={text} />)}
      </g>
      <text x={(left + right) / 2} y={height - 10} textAnchor="middle">
        {x.label}
      </text>
      <text transform={`translate(14,${(top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
        {y.label}
      </text>
    </>
  );
}

const gridOf = (
  alongX: readonly Tick[],
  alongY: readonly Tick[],
  { left, right, top, bottom }: Area,
): string =>
  [
    ...alongX.map(({ at }) => `M${at},${top}V${bottom}`),
    ...alongY.map(({ at }) => `M${left},${at}H${right}`),
  ].join('');
