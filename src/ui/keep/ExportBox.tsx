import { Group, Menu, NativeSelect, Select, Stack } from '@mantine/core';
import { IconChevronDown, IconDownload, IconPhotoDown, IconUpload, IconWeight } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { WeightFiles } from '../../core/training/exported-model.ts';
import { Button } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { printFigure, WIDTHS_MM, type WidthMm } from './chart-image.ts';
import { toPng } from './figure-png.ts';
import { figureCaption } from './figure-caption.ts';
import { figuresOnPage, type FigureOnPage } from './figures-on-page.ts';
import { conflictCsv, curvesCsv, effectsCsv, finalCsv, setsCsv } from '../shared/race-csv.ts';
import { downloadBlob, downloadText, fileName } from '../shared/download.ts';
import { importFiles } from './import-files.ts';
import { BackToRace } from '../shared/BackToRace.tsx';
import { Notice } from '../shared/Notice.tsx';

interface Props {
  readonly result: RaceResult | null;
  /** Labels of the contestants whose trained weights are in memory. */
  readonly liveLabels: readonly string[];
  readonly weights: (label: string) => Promise<WeightFiles>;
}

const METRICS = [
  { value: 'json', label: 'Everything, JSON (can be imported)' },
  { value: 'curves', label: 'Curves by epoch, CSV' },
  { value: 'conflict', label: 'Gradient conflict, CSV' },
  { value: 'final', label: 'Final table, CSV' },
  { value: 'effects', label: 'Effects of the parts, CSV' },
  { value: 'sets', label: 'Inference through both BN sets, CSV' },
] as const;

function saveMetrics(kind: (typeof METRICS)[number]['value'], result: RaceResult): void {
  const base = [
    'arat-playground',
    result.config.preset,
    result.finishedAt.slice(0, 16),
    kind === 'json' ? '' : kind,
  ];
  if (kind === 'json')
    downloadText(JSON.stringify(result, null, 1), fileName(base, 'json'), 'application/json');
  else {
    const text = {
      curves: curvesCsv,
      conflict: conflictCsv,
      final: finalCsv,
      effects: effectsCsv,
      sets: setsCsv,
    }[kind](result);
    downloadText(text, fileName(base, 'csv'), 'text/csv');
  }
}

const NO_WEIGHTS = 'Weights can be saved while the models trained on this page are in memory: train first.';

/** Saves metrics, charts and weights as files, and imports results. */
export const ExportBox = memo(function ExportBox({ result, liveLabels, weights }: Props) {
  const [charts, setCharts] = useState<readonly FigureOnPage[]>([]);
  const [chart, setChart] = useState<string | null>(null);
  const [widthMm, setWidth] = useState<WidthMm>(85);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);

  const attempt = async (work: () => Promise<void> | void) => {
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  const lookForCharts = () => {
    const found = figuresOnPage();
    setCharts(found);
    if (!found.some((c) => c.title === chart)) setChart(found[0]?.title ?? null);
  };
  const saveChart = (kind: 'png' | 'svg') =>
    attempt(async () => {
      // Look again, since the chart may have been redrawn after the list was made.
      const found = figuresOnPage().find((c) => c.title === chart);
      if (!found) throw new Error('This figure is no longer on the page: choose another.');
      const name = fileName(['arat-playground', found.title, `${widthMm}mm`], kind);
      const { note, addition } = found;
      const own = found.caption ?? (result ? figureCaption(result, note) : '');
      const caption = addition === null ? own : `${own}. ${addition}`;
      const printed = await printFigure(found, caption, widthMm);
      if (kind === 'svg') downloadText(printed.svg, name, 'image/svg+xml');
      else downloadBlob(await toPng(printed), name);
    });
  const saveWeights = (label: string) =>
    attempt(async () => {
      setBusy(label);
      try {
        const { network, parts } = await weights(label);
        const save = (bytes: Uint8Array, ...names: string[]) =>
          downloadBlob(
            new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' }),
            fileName(['arat-playground', label, ...names], 'safetensors'),
          );
        save(network);
        if (parts) save(parts, 'predictors');
      } finally {
        setBusy(null);
      }
    });

  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconDownload size={18} />}
              rightSection={<IconChevronDown size={14} />}
              disabledBecause={result ? null : 'There is a result to save once a race has ended.'}
            >
              Metrics
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {METRICS.map(({ value, label }) => (
              <Menu.Item key={value} onClick={() => result && void attempt(() => saveMetrics(value, result))}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconWeight size={18} />}
              rightSection={<IconChevronDown size={14} />}
              busyBecause={busy === null ? null : `The weights of ${busy} are being collected.`}
              disabledBecause={liveLabels.length === 0 ? NO_WEIGHTS : null}
            >
              Weights
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>safetensors for the official code; predictors in a second file</Menu.Label>
            {liveLabels.map((label) => (
              <Menu.Item key={label} onClick={() => void saveWeights(label)}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <FileChoice
          accept="application/json,.json"
          inputLabel="Results as JSON"
          multiple
          icon={<IconUpload size={18} />}
          onFiles={(files) => void attempt(() => importFiles(files))}
        >
          Import JSON
        </FileChoice>
      </Group>
      <Group gap="xs" align="flex-end">
        <Select
          label="Figure"
          placeholder="Choose a figure on this page"
          data={charts.map((c) => c.title)}
          allowDeselect={false}
          value={chart}
          onChange={setChart}
          onDropdownOpen={lookForCharts}
          onFocus={lookForCharts}
          nothingFoundMessage="No figure is drawn yet"
          comboboxProps={{ withinPortal: true }}
          style={{ flex: '1 1 220px', maxWidth: 420 }}
        />
        <NativeSelect
          label="Width in print"
          value={String(widthMm)}
          data={WIDTHS_MM.map((mm) => ({
            value: String(mm),
            label: mm === 85 ? '85 mm, one column' : '170 mm, two columns',
          }))}
          onChange={(e) => setWidth(Number(e.currentTarget.value) === 85 ? 85 : 170)}
        />
        <Button
          variant="default"
          leftSection={<IconPhotoDown size={18} />}
          disabledBecause={chart ? null : 'Choose a figure first.'}
          onClick={() => void saveChart('png')}
        >
          PNG
        </Button>
        <Button
          variant="default"
          leftSection={<IconPhotoDown size={18} />}
          disabledBecause={chart ? null : 'Choose a figure first.'}
          onClick={() => void saveChart('svg')}
        >
          SVG
        </Button>
      </Group>
      {liveLabels.length === 0 && <BackToRace />}
      {error && (
        <Notice
          color="red"
          title="That did not work"
          withCloseButton
          onClose={() => setError(null)}
          closeButtonLabel="Dismiss"
        >
          {error}
        </Notice>
      )}
    </Stack>
  );
});
