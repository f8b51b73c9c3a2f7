import { Group, Text } from '@mantine/core';
import { nice } from 'd3-array';
import { memo } from 'react';
import type { ExampleView } from '../../worker/viewer.ts';
import { legendData } from '../charts/legend.ts';
import { linePath } from '../charts/plot/geometry.ts';
import { Plot } from '../charts/plot/Plot.tsx';
import { decimate } from '../shared/decimate.ts';
import { useInTurn } from '../state/turns.ts';

interface Props {
  readonly path: ExampleView['path'];
  readonly label: string;
}

/** Height of the chart in pixels. */
const HEIGHT = 130;

/** Both lines have colours of text, because other colours stand for contestants. */
const LINES = [
  { key: 'crossEntropy', name: 'cross-entropy', colour: 'var(--mantine-color-text)', dash: '' },
  { key: 'margin', name: 'margin (above 0: wrong)', colour: 'var(--mantine-color-dimmed)', dash: '5 3' },
] as const;

const LEGEND = LINES.map(({ name, colour, dash }) => ({
  label: name,
  colour,
  dash,
  marker: null,
  hollow: false,
}));

/** First and last value of both losses, and the first point whose margin is above 0. */
export function pathInWords({ crossEntropy, margin }: ExampleView['path']): string {
  const last = margin.length - 1;
  const crossing = margin.findIndex((m) => m > 0);
  return (
    `Cross-entropy from ${crossEntropy[0].toFixed(2)} to ${crossEntropy[last].toFixed(2)}, ` +
    `margin from ${margin[0].toFixed(2)} to ${margin[last].toFixed(2)}; ` +
    (crossing < 0 ? 'the model was never wrong' : `wrong first at point ${crossing}`)
  );
}

type Path = ExampleView['path'];
const samePath = (a: Path, b: Path): boolean => a === b;

/**
 * Cross-entropy and margin at every point that the attack tried. Drawn in turn (see useInTurn), because there is one
 * chart for each model.
 */
export function PathChart({ path, label }: Props) {
  const { shown, place } = useInTurn(path, samePath);
  if (path.margin.length < 2) return null;
  return (
    <figure
      ref={place}
      style={{ margin: 0 }}
      data-chart-title={`Loss along the attack, ${label}`}
      {...legendData(LEGEND)}
    >
      <Text component="figcaption" size="sm" fw={600}>
        Loss along the attack
      </Text>
      <Group gap="sm">
        {LINES.map(({ key, name, colour, dash }) => (
          <Group key={key} gap="2xs" wrap="nowrap">
            <svg width={20} height={8} aria-hidden>
              <line x1={0} x2={20} y1={4} y2={4} stroke={colour} strokeWidth={2} strokeDasharray={dash} />
            </svg>
            <Text size="xs">{name}</Text>
          </Group>
        ))}
      </Group>
      <div
        role="img"
        aria-label={`Loss along the attack on ${label}. ${pathInWords(path)}.`}
        style={{ minHeight: HEIGHT }}
      >
        {shown && <Drawing path={shown} />}
      </div>
    </figure>
  );
}

const Drawing = memo(function Drawing({ path }: Pick<Props, 'path'>) {
  const points = decimate(
    path.margin.map((margin, i) => ({ i, margin, crossEntropy: path.crossEntropy[i] })),
    300,
  );
  const values = points.flatMap((p) => [p.margin, p.crossEntropy]).filter(Number.isFinite);
  const [low, high] = nice(Math.min(0, ...values), Math.max(1e-3, ...values), 4);
  return (
    <Plot
      title="Loss along the attack"
      described
      height={HEIGHT}
      x={{ low: 0, high: points.at(-1)!.i, label: 'points tried' }}
      y={{ low, high, label: 'loss' }}
    >
      {(area) => (
        <>
          <line className="plot-axis" x1={area.left} x2={area.right} y1={area.y(0)} y2={area.y(0)} />
          {LINES.map(({ key, colour, dash }) => (
            <path
              key={key}
              fill="none"
              stroke={colour}
              strokeWidth={2}
              strokeDasharray={dash}
              d={linePath(
                points
                  .filter((p) => Number.isFinite(p[key]))
                  .map((p) => ({ x: area.x(p.i), y: area.y(p[key]) })),
              )}
            />
          ))}
        </>
      )}
    </Plot>
  );
});
