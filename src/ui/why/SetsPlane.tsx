/** The trade-off plane with a path per contestant from the clean set to the adv set, and the chosen point on each. */
import { extentOf } from '../charts/extent.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import { Plot } from '../charts/plot/Plot.tsx';
import { StyledLine } from '../charts/plot/StyledLine.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import type { SetsOfContestant } from './inference.ts';

interface Props {
  readonly of: readonly SetsOfContestant[];
  readonly share: number;
  readonly styleOf: (label: string) => ContestantStyle;
}

export function SetsPlane({ of, share, styleOf }: Props) {
  const spots = of.flatMap(({ label, path }) =>
    path.map((p) => ({ label, share: p.share, x: p.clean, y: p.robust })),
  );
  return (
    <figure
      style={{ margin: 0, minWidth: 0 }}
      data-chart="Inference between the two sets"
      data-chart-title="Inference between the two sets"
      {...legendData(of.map(({ label }) => legendEntry(label, styleOf(label), true)))}
    >
      <Plot
        title="Inference between the two sets"
        height={260}
        x={{ ...extentOf(spots.map((p) => p.x)), label: 'Clean accuracy (%)' }}
        y={{ ...extentOf(spots.map((p) => p.y)), label: 'Robust (%)' }}
        spots={spots}
        tip={(p) => (
          <>
            <b>{p.label}</b>, {Math.round(100 * p.share)} % of the adv set
            <br />
            clean {p.x.toFixed(1)} %, robust {p.y.toFixed(1)} %
          </>
        )}
      >
        {(area) =>
          of.map(({ label, path }) => {
            const style = styleOf(label);
            const places = path.map((p) => ({ share: p.share, x: area.x(p.clean), y: area.y(p.robust) }));
            return (
              <g key={label}>
                <StyledLine places={places} style={style} />
                {places.map((p) => (
                  <Marker key={p.share} cx={p.x} cy={p.y} style={style} size={14} faint />
                ))}
                {places
                  .filter((p) => p.share === share)
                  .map((p) => (
                    <Marker key={`chosen ${p.share}`} cx={p.x} cy={p.y} style={style} size={110} />
                  ))}
              </g>
            );
          })
        }
      </Plot>
    </figure>
  );
}
