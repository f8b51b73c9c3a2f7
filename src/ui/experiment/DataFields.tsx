import { Alert, Group, Progress, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { rangeOfSetting } from '../../core/settings/range.ts';
import { DATA_SOURCES, SOURCES, type DataSource } from '../../core/data/sources/catalogue.ts';
import { usePage, workbench } from '../state/store.ts';
import { Button, NativeSelect, type Reason } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { ClassPicker } from './ClassPicker.tsx';
import { createTimeLeft } from './time-left.ts';

type DatasetConfig = ExperimentConfig['dataset'];

const HOW = { generated: ' (built in, offline)', download: ' (loaded on demand)', files: '' } as const;
const CHOICES = DATA_SOURCES.map(({ id, name, kind }) => ({ value: id, label: `${name}${HOW[kind]}` }));

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** Bytes, time left and a way out; then, what happened on the way. */
function Loading() {
  const progress = usePage((s) => s.dataProgress);
  const timeLeft = useRef(createTimeLeft());
  const [left, setLeft] = useState<string | null>(null);
  useEffect(() => setLeft(progress && timeLeft.current(progress, performance.now())), [progress]);
  if (!progress) return null;
  const { phase, loadedBytes, totalBytes } = progress;
  return (
    <Stack gap={2}>
      <Progress
        value={totalBytes ? (100 * loadedBytes) / totalBytes : 100}
        animated={!totalBytes}
        aria-label="Progress of loading data"
      />
      <Text size="xs">
        {/* Only this is announced: the figures beside it change all the time. */}
        <span role="status">{phase}</span>
        {loadedBytes > 0 && `: ${megabytes(loadedBytes)}`}
        {totalBytes ? ` of ${megabytes(totalBytes)}` : ''}
        {left && `, ${left}`}
      </Text>
      <Button size="compact-xs" variant="default" w="fit-content" onClick={() => workbench.cancelLoad()}>
        Cancel loading
      </Button>
    </Stack>
  );
}

function Notes() {
  const notes = usePage((s) => s.dataNotes);
  return (
    <div role="log" aria-label="Notes on loading data">
      {notes.map((note) => (
        <Text key={note} size="xs" c="dimmed">
          {note}
        </Text>
      ))}
    </div>
  );
}

/** A place to drop or choose the official binary files. */
function DropZone({ disabledBecause }: { readonly disabledBecause: Reason }) {
  return (
    <Stack
      gap={6}
      p="sm"
      align="flex-start"
      style={{ border: '2px dashed var(--mantine-color-default-border)', borderRadius: 8 }}
    >
      <Text size="sm">
        Drop <b>cifar-10-binary.tar.gz</b>, <b>cifar-100-binary.tar.gz</b> (fine labels) or the <b>.bin</b>{' '}
        files of one of them anywhere on this page, or
      </Text>
      <FileChoice
        onFiles={(files) => void workbench.loadData('archive', files)}
        accept=".gz,.tar,.tgz,.bin"
        multiple
        size="xs"
        icon={<IconUpload size={14} />}
        inputLabel="CIFAR files"
        disabledBecause={disabledBecause}
      >
        Choose files
      </FileChoice>
      <Text size="xs" c="dimmed">
        The files stay on this machine.
      </Text>
    </Stack>
  );
}

interface Props {
  readonly value: DatasetConfig;
  readonly disabledBecause: Reason;
  readonly onChange: (value: DatasetConfig) => void;
}

export function DataFields({ value, disabledBecause, onChange }: Props) {
  const summary = usePage((s) => s.data[value.source]);
  const error = usePage((s) => s.dataError);
  const busy = usePage((s) => s.dataProgress !== null);
  const cannotLoad = disabledBecause ?? (busy ? 'Data is being loaded: wait, or cancel the loading.' : null);
  const source = SOURCES[value.source];
  const names = summary?.classNames ?? source.classNames;
  return (
    <Stack gap="sm">
      <NativeSelect
        size="xs"
        label="Dataset"
        value={value.source}
        data={CHOICES}
        disabledBecause={cannotLoad}
        onChange={(e) => onChange({ ...value, source: e.currentTarget.value as DataSource })}
      />
      {source.kind === 'files' && <DropZone disabledBecause={cannotLoad} />}
      {source.kind === 'download' && !summary && (
        <Button
          size="xs"
          variant="default"
          disabledBecause={cannotLoad}
          onClick={() => void workbench.loadData(source.id)}
        >
          Load {source.short} now
        </Button>
      )}
      <Loading />
      <Notes />
      {error && (
        <Alert color="red" title="The data could not be loaded" role="alert">
          <Stack gap="xs" align="flex-start">
            {error}
            {source.kind === 'download' && (
              <Button
                size="xs"
                variant="default"
                disabledBecause={cannotLoad}
                onClick={() => onChange({ ...value, source: 'archive' })}
              >
                Give a downloaded file
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      <Text size="xs" c="dimmed">
        {summary?.provenance ?? source.words}
      </Text>
      <ClassPicker
        names={names}
        chosen={value.classes}
        disabledBecause={disabledBecause}
        onChange={(classes) => onChange({ ...value, classes })}
      />
      <Group grow align="flex-start">
        <NumberField
          label="Training images"
          value={value.trainSize}
          range={rangeOfSetting('dataset.trainSize')}
          step={256}
          disabledBecause={disabledBecause}
          onChange={(trainSize) => onChange({ ...value, trainSize })}
        />
        <NumberField
          label="Test images"
          value={value.testSize}
          range={rangeOfSetting('dataset.testSize')}
          step={128}
          disabledBecause={disabledBecause}
          onChange={(testSize) => onChange({ ...value, testSize })}
        />
      </Group>
    </Stack>
  );
}
