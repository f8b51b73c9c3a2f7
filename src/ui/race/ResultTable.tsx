import { Stack, Table, Text } from '@mantine/core';
import { WideTable } from '../shared/WideTable.tsx';
import { estimateImages, latestAccuracies } from '../../core/result/accuracies.ts';
import { imagesPerEstimate } from '../../core/experiments/cost.ts';
import { bestEpoch, type BestEpoch } from '../../core/result/best-epoch.ts';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import type { FinalResult, RaceResult } from '../../core/result/results.ts';
import { costWords } from './cost-words.ts';
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

const count = (images: number): string => images.toLocaleString('en');

/** `54.7 % (epoch 6) / 53.9 %`; with several seeds means ± standard deviation, and the range of the best epochs. */
export function bestWords(of: readonly BestEpoch[]): string {
  if (of.length === 0) return '–';
  const epochs = of.map(({ best }) => best.epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const when = first === last ? `epoch\u00a0${first}` : `epochs\u00a0${first}–${last}`;
  return `${percent(of.map((b) => b.best.robust))} (${when}) / ${percent(of.map((b) => b.last.robust))}`;
}

/** The epochs whose weights early stopping kept: `weights of epoch 6`; empty without early stopping. */
function keptWords(finals: readonly FinalResult[]): string {
  const epochs = [...new Set(finals.flatMap(({ epoch }) => epoch ?? []))].sort((a, b) => a - b);
  if (epochs.length === 0) return '';
  return `weights of ${epochs.length > 1 ? 'epochs' : 'epoch'} ${epochs.join(', ')}`;
}

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
    keptWords(finals),
    failed ? 'failed' : '',
  ];
  const conflicts = runs.flatMap((r) => meanConflict(r) ?? []);
  const best = runs.flatMap((r) => bestEpoch(r, config) ?? []);
  const training = runs.flatMap((r) => r.curves.at(-1)?.trainRobust ?? []);
  return (
    <Table.Tr>
      <Table.Th scope="row">{label}</Table.Th>
      <Table.Td>{percent(shown.map((p) => p.clean))}</Table.Td>
      <Table.Td>{percent(shown.map((p) => p.robust))}</Table.Td>
      <Table.Td>{images.filter(Boolean).join(', ') || '–'}</Table.Td>
      <Table.Td>{bestWords(best)}</Table.Td>
      <Table.Td>{costWords(config, runs[0])}</Table.Td>
      {config.evaluation.trainingSet && <Table.Td>{percent(training)}</Table.Td>}
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

/** `Robust: PGD-20, …, seed of each run.`; empty before the first final evaluation. */
function attackWords({ runs, config }: RaceResult): string {
  const final = runs.find((r) => r.final)?.final;
  return final ? `Robust: ${attackText(final.attack, config.repeats)}.` : '';
}

const paperWords = ({ data }: Pick<NonNullable<ReturnType<typeof paperFor>>, 'data'>): string =>
  `The paper’s figures are another experiment: ${data}, ResNet-18, 50,000 images, 100 epochs. ${PAPER_ATTACK}`;

/** What a copy of the table says below it: the attack, and what the paper's figures are where it shows them. */
export function tableNote(view: RaceResult): string | undefined {
  const paper = paperFor(view);
  const words = [attackWords(view), paper ? paperWords(paper) : ''].filter(Boolean);
  return words.length > 0 ? words.join(' ') : undefined;
}

/**
 * The figures of the charts as text, also for screen readers. With several seeds: mean ± standard deviation and the
 * number of seeds.
 */
export function ResultTable({ view }: { readonly view: RaceResult }) {
  const robustWords = attackWords(view);
  const withSeeds = view.config.repeats > 1;
  const paper = paperFor(view);
  const failures = failuresOf(view.runs);
  return (
    <div>
      <WideTable
        minWidth={900}
        areaLabel="Results, scrollable"
        note={tableNote(view)}
        striped
        withTableBorder
        data-testid="result-table"
        style={{ fontVariantNumeric: 'tabular-nums' }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Method</Table.Th>
            <Table.Th>Clean</Table.Th>
            <Table.Th>Robust</Table.Th>
            <Table.Th>Test images</Table.Th>
            <Table.Th>
              Robust by estimate (n = {count(estimateImages(view.config))}): best / last epoch
            </Table.Th>
            <Table.Th>Passes / training cost</Table.Th>
            {view.config.evaluation.trainingSet && (
              <Table.Th>
                Robust on training images (n = {count(imagesPerEstimate(view.config).training)})
              </Table.Th>
            )}
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
      </WideTable>
      {failures.length > 0 && (
        <Stack gap="3xs" mt="2xs" data-testid="failures">
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
      <Text size="xs" c="dimmed" mt="2xs">
        {withSeeds && 'Mean ± sample standard deviation over the seeds. '}
        {robustWords
          ? `${robustWords} `
          : 'Until the race is over, the figures are estimates after the last epoch, on the number of test images given. '}
        {'Passes: of the network, forward or backward, per training image and step. '}
        {earlierText(view).map((sentence) => `${sentence} `)}
        {view.config.evaluation.heldOut > 0 &&
          `Early stopping: ${view.config.evaluation.heldOut.toLocaleString('en')} of ${view.config.dataset.trainSize.toLocaleString('en')} training images are held out, and the final figures are of the epoch with the highest robust accuracy on them. `}
        Accuracy under PGD is an upper bound: a stronger attack can only lower it.
        {view.runs.some((run) => bestEpoch(run, view.config)) &&
          ` The best epoch is that of the highest estimate on the first ${estimateImages(view.config).toLocaleString('en')} test images, chosen on these images and so a little too high; the last epoch is estimated on the same ones.`}
        {paper && ` ${paperWords(paper)}`}
        {view.runs.some((run) => run.method === 'arrest') &&
          ' ARREST has no official code: its λ, its replay threshold and the share of epochs before the finetuning are choices of this project.'}
      </Text>
    </div>
  );
}
