import { ScrollArea, Stack, Table, Text } from '@mantine/core';
import { latestAccuracies } from '../../core/result/accuracies.ts';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { PAPER_ATTACK, paperFigures, paperFor, type PaperFigures } from './paper.ts';
import {
  attackText,
  byContestant,
  earlierText,
  failuresOf,
  spreadText,
  type SeedRuns,
} from '../../core/result/spread.ts';

const percent = (values: readonly number[]): string =>
  values.length > 0 ? `${spreadText(values, 1, 100)} %`.replaceAll(' ', '\u00a0') : '–';

interface RowProps {
  readonly of: SeedRuns;
  readonly config: RaceResult['config'];
  readonly withSeeds: boolean;
  /** Null if the paper has no figures of this contestant, undefined if it has none for this dataset. */
  readonly paper: PaperFigures | null | undefined;
}

function Row({ of, config, withSeeds, paper }: RowProps) {
  const { label, runs } = of;
  const finals = runs.flatMap((r) => r.final ?? []);
  // Once a seed has a final evaluation, only seeds that have one; until then, the last epoch of every seed.
  const settled = finals.length > 0 ? runs.filter((r) => r.final) : runs;
  const shown = settled.flatMap((r) => latestAccuracies(r, config) ?? []);
  const failed = finals.length === 0 && runs.some((r) => r.failure !== undefined);
  const [first] = shown;
  const images = [
    first?.n.toLocaleString('en') ?? '',
    first && finals.length === 0 ? `epoch ${first.epoch}` : '',
    failed ? 'failed' : '',
  ];
  const conflicts = runs.flatMap((r) => meanConflict(r) ?? []);
  return (
    <Table.Tr>
      <Table.Th scope="row">{label}</Table.Th>
      <Table.Td>{percent(shown.map((p) => p.clean))}</Table.Td>
      <Table.Td>{percent(shown.map((p) => p.robust))}</Table.Td>
      <Table.Td>{images.filter(Boolean).join(', ') || '–'}</Table.Td>
      <Table.Td>
        {spreadText(
          conflicts.map((c) => c.cosine),
          2,
        )
          .replace('-', '−')
          .replaceAll(' ', '\u00a0')}
      </Table.Td>
      <Table.Td>{percent(conflicts.map((c) => c.ratio))}</Table.Td>
      {withSeeds && <Table.Td>{shown.length}</Table.Td>}
      {paper !== undefined && (
        <Table.Td c="dimmed">{paper ? `${paper.clean} / ${paper.robust}` : '–'}</Table.Td>
      )}
    </Table.Tr>
  );
}

/**
 * The figures of the charts as text, also for screen readers. With several seeds: mean ± standard deviation and the
 * number of seeds.
 */
export function ResultTable({ view }: { readonly view: RaceResult }) {
  const final = view.runs.find((r) => r.final)?.final;
  const withSeeds = view.config.repeats > 1;
  const paper = paperFor(view);
  const failures = failuresOf(view.runs);
  return (
    <>
      <ScrollArea type="auto" tabIndex={0} role="region" aria-label="Results, scrollable">
        <Table
          striped
          withTableBorder
          miw={520}
          data-testid="result-table"
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Method</Table.Th>
              <Table.Th>Clean</Table.Th>
              <Table.Th>Robust</Table.Th>
              <Table.Th>Test images</Table.Th>
              <Table.Th>Mean gradient cosine</Table.Th>
              <Table.Th>Mean conflict</Table.Th>
              {withSeeds && <Table.Th>Seeds (n)</Table.Th>}
              {paper && <Table.Th>Paper: clean / AutoAttack (%)</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {byContestant(view.runs).map((c) => (
              <Row
                key={c.label}
                of={c}
                config={view.config}
                withSeeds={withSeeds}
                paper={paper ? (paperFigures(paper, c) ?? null) : undefined}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {failures.length > 0 && (
        <Stack gap={2} mt={4} data-testid="failures">
          {failures.map((failure) => (
            <Text key={failure} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {failure}
            </Text>
          ))}
          <Text size="xs" c="dimmed">
            A contestant that failed has no final figures; the row shows its last evaluated epoch.
          </Text>
        </Stack>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        {withSeeds && 'Mean ± sample standard deviation over the seeds. '}
        {final
          ? `Robust: ${attackText(final.attack, view.config.repeats)}. `
          : 'Until the race is over, the figures are estimates after the last epoch, on the number of test images given. '}
        {earlierText(view).map((sentence) => `${sentence} `)}
        Accuracy under PGD is an upper bound: a stronger attack can only lower it.
        {paper &&
          ` The paper’s figures are another experiment: ${paper.data}, ResNet-18, 50,000 images, 100 epochs. ${PAPER_ATTACK}`}
        {view.runs.some((run) => run.method === 'arrest') &&
          ' ARREST has no official code: its λ, its replay threshold and the share of epochs before the finetuning are choices of this project.'}
      </Text>
    </>
  );
}
