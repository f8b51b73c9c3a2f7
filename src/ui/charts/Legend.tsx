import { Group, Text } from '@mantine/core';
import type { RunResult } from '../../core/result/results.ts';
import { byContestant } from '../../core/result/spread.ts';
import { stylesOf } from './identity.ts';
import { Marker } from './Marker.tsx';
import type { ContestantStyle } from './styles.ts';

interface LegendProps {
  readonly runs: readonly RunResult[];
  /** Styles by label, instead of those of the contestants among themselves. */
  readonly styles?: Readonly<Record<string, ContestantStyle>>;
}

/** The legend of a section's charts: line, dash and marker of each contestant. */
export function Legend({ runs, styles: given }: LegendProps) {
  const contestants = byContestant(runs);
  const own = stylesOf(contestants);
  const styles = contestants.map(({ label }, i) => given?.[label] ?? own[i]);
  return (
    <Group gap="md" component="ul" p={0} m={0} mb="sm" style={{ listStyle: 'none' }} aria-label="Legend">
      {contestants.map(({ label }, i) => (
        <Group component="li" key={label} gap="xs" wrap="nowrap" miw={0}>
          <svg width={34} height={14} style={{ flex: 'none' }} aria-hidden>
            <line
              x1={0}
              x2={34}
              y1={7}
              y2={7}
              stroke={styles[i].colour}
              strokeWidth={2.2}
              strokeDasharray={styles[i].dash}
            />
            <Marker cx={17} cy={7} style={styles[i]} />
          </svg>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
