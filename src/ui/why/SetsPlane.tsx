/** The trade-off plane with a path per contestant from the clean set to the adv set, and the chosen point on each. */
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, XAxis, YAxis } from 'recharts';
import { xLabel, yLabel } from '../charts/axis-label.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import type { SetsOfContestant } from './inference.ts';

const GRID = 'var(--mantine-color-default-border)';
const MUTED = 'var(--mantine-color-dimmed)';

interface Props {
  readonly of: readonly SetsOfContestant[];
  readonly share: number;
  readonly styleOf: (label: string) => ContestantStyle;
}

interface Place {
  readonly cx?: number;
  readonly cy?: number;
}

/** The axis around these values, from and to a multiple of ten. */
const around = (values: readonly number[]): [number, number] => [
  Math.max(0, Math.floor((Math.min(...values) - 1) / 10) * 10),
  Math.min(100, Math.ceil((Math.max(...values) + 1) / 10) * 10),
];

export function SetsPlane({ of, share, styleOf }: Props) {
  const points = of.flatMap(({ path }) => path);
  return (
    <figure
      style={{ margin: 0, minWidth: 0 }}
      data-chart="Inference between the two sets"
      data-chart-title="Inference between the two sets"
      {...legendData(of.map(({ label }) => legendEntry(label, styleOf(label), true)))}
    >
      <ResponsiveContainer width="100%" height={260}>
        <ScatterChart
          margin={{ top: 8, right: 16, bottom: 20, left: 4 }}
          accessibilityLayer
          title="Inference between the two sets"
        >
          <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
          <XAxis
            type="number"
            dataKey="clean"
            domain={around(points.map((p) => p.clean))}
            stroke={MUTED}
            label={xLabel('Clean accuracy (%)')}
          />
          <YAxis
            type="number"
            dataKey="robust"
            domain={around(points.map((p) => p.robust))}
            width={52}
            stroke={MUTED}
            label={yLabel('Robust (%)')}
          />
          {of.map(({ label, path }, i) => {
            const style = styleOf(label);
            return (
              <Scatter
                key={label}
                id={`sets-path-${i}`}
                name={label}
                data={[...path]}
                line={{ stroke: style.colour, strokeDasharray: style.dash, strokeWidth: 1.5 }}
                shape={({ cx, cy }: Place) => <Marker cx={cx} cy={cy} style={style} size={14} faint />}
                isAnimationActive={false}
              />
            );
          })}
          {of.map(({ label, path }, i) => (
            <Scatter
              key={`chosen ${label}`}
              id={`sets-chosen-${i}`}
              name={label}
              data={path.filter((p) => p.share === share)}
              shape={({ cx, cy }: Place) => <Marker cx={cx} cy={cy} style={styleOf(label)} size={110} />}
              isAnimationActive={false}
            />
          ))}
        </ScatterChart>
      </ResponsiveContainer>
    </figure>
  );
}
