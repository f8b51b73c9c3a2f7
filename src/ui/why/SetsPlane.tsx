/** The trade-off plane with a path per contestant from the clean set to the adv set, and the chosen point on each. */
import { extentOf } from '../charts/extent.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import { barsPath } from '../charts/plot/geometry.ts';
import { Plot } from '../charts/plot/Plot.tsx';
import { StyledLine } from '../charts/plot/StyledLine.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import { planeNote, type PathPoint, type SetsOfContestant } from './inference.ts';

interface Props {
  readonly of: readonly SetsOfContestant[];
  readonly share: number;
  readonly styleOf: (label: string) => ContestantStyle;
}

const withBand = ({ bands, ...point }: PathPoint, of: 'clean' | 'robust'): string =>
  `${of} ${point[of].toFixed(1)} % (${bands[of].map((end) => end.toFixed(1)).join(' to ')})`;

export function SetsPlane({ of, share, styleOf }: Props) {
  const spots = of.flatMap(({ label, path }) =>
    path.map((point) => ({ label, point, x: point.clean, y: point.robust })),
  );
  // Room for the bars of every point, so that the axes stay as they are when the slider is moved.
  const ends = (figure: 'clean' | 'robust') => spots.flatMap(({ point }) => point.bands[figure]);
  return (
    <figure
      style={{ margin: 0, minWidth: 0 }}
      data-chart="Inference between the two sets"
      data-chart-title="Inference between the two sets"
      data-figure-note={planeNote(of)}
      {...legendData(of.map(({ label }) => legendEntry(label, styleOf(label), true)))}
    >
      <Plot
        title="Inference between the two sets"
        height={260}
        x={{ ...extentOf(ends('clean')), label: 'Clean accuracy (%)' }}
        y={{ ...extentOf(ends('robust')), label: 'Robust (%)' }}
        spots={spots}
        tip={({ label, point }) => (
          <>
            <b>{label}</b>, {Math.round(100 * point.share)} % of the adv set
            <br />
            {withBand(point, 'clean')}, {withBand(point, 'robust')}
          </>
        )}
      >
        {(area) =>
          of.map(({ label, path }) => {
            const style = styleOf(label);
            const places = path.map((p) => ({ share: p.share, x: area.x(p.clean), y: area.y(p.robust) }));
            const chosen = path.find((p) => p.share === share);
            return (
              <g key={label}>
                <StyledLine places={places} style={style} />
                {places.map((p) => (
                  <Marker key={p.share} cx={p.x} cy={p.y} style={style} size={14} faint />
                ))}
                {chosen && (
                  <>
                    <path
                      d={barsPath(
                        { x: chosen.clean, y: chosen.robust },
                        chosen.bands.clean,
                        chosen.bands.robust,
                        area,
                      )}
                      fill="none"
                      stroke={style.colour}
                      strokeWidth={1}
                    />
                    <Marker cx={area.x(chosen.clean)} cy={area.y(chosen.robust)} style={style} size={110} />
                  </>
                )}
              </g>
            );
          })
        }
      </Plot>
    </figure>
  );
}
