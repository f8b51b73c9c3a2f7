import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Lines } from '../charts/plot/Lines.tsx';
import { Plot } from '../charts/plot/Plot.tsx';
import { rowsOf } from '../charts/rows.ts';
import { SeriesTip } from '../charts/SeriesTip.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import { sweepPoints } from './rows.ts';

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
  const ticks = points.map((p) => p.eps);
  const series = labels.map((label) => ({
    label,
    style: look(label),
    points: points
      .filter((p) => p[`a:${label}`] !== undefined)
      .map((p) => {
        const y = p[`a:${label}`];
        return { x: p.eps, y, low: y, high: y, n: 1, images: report.options.n };
      }),
  }));
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
      <figcaption
        style={{
          fontSize: 'var(--mantine-font-size-sm)',
          fontWeight: 600,
          marginBottom: 'var(--mantine-spacing-2xs)',
        }}
      >
        Accuracy over ε (PGD-20)
      </figcaption>
      <div role="img" aria-label={`Accuracy over eps under PGD-20. ${words}.`}>
        <Plot
          title="Accuracy over ε"
          described
          height={260}
          x={{ low: 0, high: Math.max(...ticks), ticks, label: unit ? 'ε (of 255)' : 'ε (L2)' }}
          y={{ low: 0, high: 100, label: 'Accuracy (%)' }}
          spots={rowsOf(series)}
          tip={(row) => <SeriesTip row={row} xUnit={`ε (${unit ? 'of 255' : 'L2'})`} digits={1} />}
        >
          {(area, chosen) => <Lines area={area} series={series} markers chosen={chosen?.x ?? null} />}
        </Plot>
      </div>
    </figure>
  );
}
