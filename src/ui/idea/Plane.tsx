/**
 * Clean and robust accuracy, cropped to the recorded figures, with an arrow from ARAT to the current combination: a
 * dashed line without a head if the two are not told apart.
 */
import { useMediaQuery } from '@mantine/hooks';
import type { FactorialIndex } from '../../core/result/factorial.ts';
import type { Parts } from '../../core/experiments/parts.ts';
import { legendData, legendEntry, type LegendEntry } from '../charts/legend.ts';
import { stylesOf } from '../charts/identity.ts';
import { Marker } from '../charts/Marker.tsx';
import type { PaperFigures } from '../race/paper.ts';
import { ARAT_KEY } from './idea-state.ts';
import { labelPlaces } from './labels.ts';
import { extentOf, scaleTo } from '../charts/extent.ts';
import { planeCaption, planeOf, type Spot } from './spots.ts';
import { partsInWords } from './words.ts';

/** The sizes of the drawing: as high as the diagram with its table beside it; on a phone, lower. */
const SIZES = { tall: { width: 460, height: 372 }, low: { width: 460, height: 280 } };

interface Props {
  readonly index: FactorialIndex;
  readonly parts: Parts;
  /** The paper's figures, of another experiment; empty unless asked for. */
  readonly paper: readonly PaperFigures[];
}

const NAMES: Readonly<Record<string, { readonly short: string; readonly long: string }>> = {
  at: { short: 'AT', long: 'adversarial training' },
  trades: { short: 'TRADES', long: 'TRadeoff-inspired Adversarial DEfense via Surrogate-loss minimization' },
  [ARAT_KEY]: { short: 'ARAT', long: 'Asymmetric Representation-regularized Adversarial Training' },
};
const CONTROL = { short: 'control', long: 'ARAT without its invariance term' };
const nameOf = (spot: Spot) => NAMES[spot.key] ?? CONTROL;

const inWords = ({ clean, robust, seeds }: Spot): string =>
  `clean ${clean.toFixed(1)} %, robust ${robust.toFixed(1)} %, ${seeds === 1 ? 'one seed' : `mean of ${seeds} seeds`}`;

export function Plane({ index, parts, paper }: Props) {
  const low = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const { width, height } = low ? SIZES.low : SIZES.tall;
  const area = { left: 44, right: width - 12, top: 10, bottom: height - 40 };
  const { fixed, current, arrowTo, differs, all } = planeOf(index, parts);
  const drawn = current ? [...fixed, current] : fixed;
  const styles = stylesOf(drawn.map(({ key }) => index.contestants.find((c) => c.key === key)!));
  const xAxis = extentOf([
    ...all.flatMap((s) => [s.clean - s.cleanSd, s.clean + s.cleanSd]),
    ...paper.map((p) => p.clean),
  ]);
  const yAxis = extentOf([
    ...all.flatMap((s) => [s.robust - s.robustSd, s.robust + s.robustSd]),
    ...paper.map((p) => p.robust),
  ]);
  const x = scaleTo(xAxis, area.left, area.right);
  const y = scaleTo(yAxis, area.bottom, area.top);
  const arat = fixed.find((s) => s.key === ARAT_KEY);
  const places = labelPlaces(
    fixed.map((s) => ({
      ...{ x: x(s.clean), y: y(s.robust), name: nameOf(s).short },
      ...{ barX: x(s.clean + s.cleanSd) - x(s.clean), barY: y(s.robust) - y(s.robust + s.robustSd) },
    })),
  );
  const legend = drawn.map((s, i): LegendEntry => ({
    ...legendEntry(s === current ? partsInWords(parts) : nameOf(s).short, styles[i], true),
    dash: null,
  }));
  const words = drawn
    .map((s) => {
      const { short, long } = nameOf(s);
      return `${s === current ? partsInWords(parts) : `${short} (${long})`}: ${inWords(s)}`;
    })
    .join('; ');
  const line = differs ? 'An arrow leads' : 'No difference is shown, clean or robust: a dashed line leads';
  const arrowWords = arrowTo ? ` ${line} from ARAT to ${partsInWords(parts)}.` : '';
  return (
    <svg
      className="idea-plane"
      data-chart-title="Trade-off of ARAT’s parts"
      data-figure-caption={planeCaption(index, paper.length > 0)}
      {...legendData(legend)}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Trade-off plane. ${words}.${arrowWords}`}
    >
      <defs>
        <marker
          id="plane-arrow"
          viewBox="0 0 8 8"
          refX={7}
          refY={4}
          markerWidth={8}
          markerHeight={8}
          orient="auto"
        >
          <path d="M0,0.8L7.4,4L0,7.2Z" className="head" />
        </marker>
      </defs>
      {xAxis.ticks.map((tick) => (
        <g key={`x${tick}`}>
          <path d={`M${x(tick)},${area.top}V${area.bottom}`} className="grid" />
          <text x={x(tick)} y={area.bottom + 15} textAnchor="middle">
            {tick}
          </text>
        </g>
      ))}
      {yAxis.ticks.map((tick) => (
        <g key={`y${tick}`}>
          <path d={`M${area.left},${y(tick)}H${area.right}`} className="grid" />
          <text x={area.left - 6} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <text x={(area.left + area.right) / 2} y={height - 6} textAnchor="middle">
        clean accuracy (%)
      </text>
      <text transform={`translate(11,${(area.top + area.bottom) / 2}) rotate(-90)`} textAnchor="middle">
        robust (%)
      </text>
      {paper.map((p) => (
        <g key={p.label} className="paper">
          <circle cx={x(p.clean)} cy={y(p.robust)} r={5} />
          <text x={x(p.clean) - 8} y={y(p.robust) + 4} textAnchor="end">
            {p.label}
          </text>
        </g>
      ))}
      {drawn.map((s, i) => (
        <g key={s.key} opacity={s === current || s.key === ARAT_KEY ? 1 : 0.85}>
          <path
            d={`M${x(s.clean - s.cleanSd)},${y(s.robust)}H${x(s.clean + s.cleanSd)}M${x(s.clean)},${y(s.robust - s.robustSd)}V${y(s.robust + s.robustSd)}`}
            stroke={styles[i].colour}
            strokeWidth={1.2}
          />
          <Marker cx={x(s.clean)} cy={y(s.robust)} style={styles[i]} size={90} />
          {s !== current && (
            <text x={places[i].x} y={places[i].y} textAnchor={places[i].anchor}>
              {nameOf(s).short}
              <title>{nameOf(s).long}</title>
            </text>
          )}
        </g>
      ))}
      {arat && arrowTo && (
        <path
          d={`M${x(arat.clean)},${y(arat.robust)}L${x(arrowTo.clean)},${y(arrowTo.robust)}`}
          className={differs ? 'to-current' : 'to-current undecided'}
          markerEnd={differs ? 'url(#plane-arrow)' : undefined}
        />
      )}
    </svg>
  );
}
