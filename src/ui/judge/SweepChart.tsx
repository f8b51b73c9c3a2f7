import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { yLabel } from '../charts/axis-label.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import { sweepPoints, type SweepPoint } from './rows.ts';

interface Props {
  readonly report: RobustnessReport;
  readonly labels: readonly string[];
  readonly look: (label: string) => ContestantStyle;
}

/** Accuracy over eps under PGD-20. Should fall with eps, to 0 at a large eps. */
export function SweepChart({ report, labels, look }: Props) {
  const points = sweepPoints(report);
  if (points.length === 0) return null;
  const unit = report.options.norm === 'linf' ? '/255' : '';
  const legend = labels
    .filter((l) => points.some((p) => p[`a:${l}`] !== undefined))
    .map((l) => legendEntry(l, look(l), true));
  const words = labels
    .map((l) => {
      const known = points.filter((p) => p[`a:${l}`] !== undefined);
      return known.length
        ? `${l}: ${known.map((p) => `${p[`a:${l}`].toFixed(1)} % at ${p.eps}${unit}`).join(', ')}`
        : '';
    })
    .filter(Boolean)
    .join('; ');
  return (
    <figure
      data-chart-title="Accuracy over ε (PGD-20)"
      data-figure-note={`n = ${report.options.n.toLocaleString('en')} test images; attack: PGD-20, ${report.options.norm === 'linf' ? 'L-inf' : 'L2'}`}
      style={{ margin: 0 }}
      {...legendData(legend)}
    >
      <figcaption style={{ fontSize: 'var(--mantine-font-size-sm)', fontWeight: 600, marginBottom: 4 }}>
        Accuracy over ε (PGD-20)
      </figcaption>
      <div
        role="img"
        aria-label={`Accuracy over eps under PGD-20. ${words}.`}
        style={{ width: '100%', height: 260 }}
      >
        <ResponsiveContainer width="100%" height="100%">
          <LineChart
            data={points}
            margin={{ top: 8, right: 16, bottom: 24, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid stroke="var(--mantine-color-default-border)" strokeDasharray="3 3" />
            <XAxis
              dataKey="eps"
              type="number"
              domain={[0, 'dataMax']}
              ticks={points.map((p) => p.eps)}
              stroke="var(--mantine-color-dimmed)"
              fontSize={12}
              label={{
                value: unit ? 'ε (of 255)' : 'ε (L2)',
                position: 'insideBottom',
                offset: -14,
                fill: 'var(--mantine-color-dimmed)',
                fontSize: 12,
              }}
            />
            <YAxis
              domain={[0, 100]}
              width={52}
              stroke="var(--mantine-color-dimmed)"
              fontSize={12}
              label={{
                ...yLabel('Accuracy (%)'),
                fill: 'var(--mantine-color-dimmed)',
                fontSize: 12,
              }}
            />
            <Tooltip
              isAnimationActive={false}
              contentStyle={{
                background: 'var(--mantine-color-body)',
                border: '1px solid var(--mantine-color-default-border)',
                borderRadius: 'var(--mantine-radius-sm)',
              }}
              formatter={(value) => `${Number(value).toFixed(1)} %`}
              labelFormatter={(eps) => `ε ${String(eps)}${unit}`}
            />
            {labels.map((label) => (
              <Line
                key={label}
                // An id of our own: recharts keeps an entry for every id that it makes up.
                id={label}
                name={label}
                // A function: a string would be read as a path, and labels may hold dots.
                dataKey={(p: SweepPoint) => p[`a:${label}`]}
                stroke={look(label).colour}
                strokeDasharray={look(label).dash}
                strokeWidth={2}
                dot={({ key, cx, cy }: { key?: React.Key | null; cx?: number; cy?: number }) => (
                  <Marker key={key} cx={cx} cy={cy} style={look(label)} />
                )}
                connectNulls
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
