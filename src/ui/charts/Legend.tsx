import { Group, Text } from '@mantine/core';
import type { RunResult } from '../../core/result/results.ts';
import { byContestant } from '../../core/result/spread.ts';
import { styleOf } from '../theme/theme.ts';
import { Marker } from './Marker.tsx';
import { seedWords } from './series.ts';

/** One legend for all charts of a section: line, dash and marker of every contestant, and what a band stands for. */
export function Legend({ runs }: { readonly runs: readonly RunResult[] }) {
  const labels = byContestant(runs).map((c) => c.label);
  const words = seedWords(runs);
  return (
    <>
      <Group gap="md" component="ul" p={0} m={0} mb="sm" style={{ listStyle: 'none' }} aria-label="Legend">
        {labels.map((label, i) => (
          <Group component="li" key={label} gap={6} wrap="nowrap">
            <svg width={34} height={14} aria-hidden>
              <line
                x1={0}
                x2={34}
                y1={7}
                y2={7}
                stroke={styleOf(i).colour}
                strokeWidth={2.2}
                strokeDasharray={styleOf(i).dash}
              />
              <Marker cx={17} cy={7} index={i} />
            </svg>
            <Text size="sm">{label}</Text>
          </Group>
        ))}
      </Group>
      {words && (
        <Text size="sm" c="dimmed" mb="xs">
          {words}
        </Text>
      )}
    </>
  );
}
