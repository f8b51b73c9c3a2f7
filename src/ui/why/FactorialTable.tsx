/** Main effects and interactions of ARAT's parts, where the race has every combination of them. */
import { Stack, Text, Title } from '@mantine/core';
import { memo, useMemo } from 'react';
import type { RunResult } from '../../core/result/results.ts';
import { intervalWords } from '../race/differences.ts';
import { sameFinals } from '../shared/same-finals.ts';
import { TextTable } from '../shared/TextTable.tsx';
import { FactorialOffer } from './FactorialOffer.tsx';
import { comparedWords, countedWords, effectTables } from './factorial.ts';

const HEAD = ['Effect of', 'Clean, points', 'Robust, points', 'Gradient cosine', 'Conflict ratio, points'];

interface Props {
  readonly runs: readonly RunResult[];
}

/** The effects where the race has a full factorial with final evaluations; else the recorded one is offered. */
export const FactorialTable = memo(function FactorialTable({ runs }: Props) {
  const tables = useMemo(() => effectTables(runs.filter((run) => run.final)), [runs]);
  if (tables.length === 0) return <FactorialOffer />;
  const all = tables.flatMap(({ factorial }) => factorial.effects.flatMap(({ of }) => [of.clean, of.robust]));
  return (
    <Stack gap="xs" component="section" data-testid="factorial">
      <Title order={3} size="h4">
        Effects of the parts
      </Title>
      <Text size="sm">
        The race has every combination of some switches, so that each part’s effect is a mean over all
        settings of the others: the figures with the part less those without it. The rows with a × are
        interactions: by how much the effect of one part is larger where the other is on.
      </Text>
      {tables.map(({ title, factorial, rows }) => (
        <Stack key={title} gap="2xs">
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {comparedWords(factorial)} {countedWords(runs)}
          </Text>
          <TextTable
            minWidth={640}
            areaLabel={`${title}, scrollable`}
            aria-label={title}
            style={{ fontVariantNumeric: 'tabular-nums' }}
            head={HEAD}
            rows={rows.map(({ name, clean, robust, cosine, ratio }) => [name, clean, robust, cosine, ratio])}
          />
        </Stack>
      ))}
      <Text size="xs" c="dimmed">
        {intervalWords(all)} Of twenty effects that do not exist, one is expected to be shown by chance. The
        table can be saved as CSV under Metrics.
      </Text>
    </Stack>
  );
}, sameFinals);
