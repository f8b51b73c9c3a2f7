import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { usePage, workbench } from '../state/store.ts';
import { Button, type Reason } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { ClassPicker } from './ClassPicker.tsx';
import { LoadingData } from './LoadingData.tsx';
import { SettingField, type Form } from './SettingField.tsx';

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

/** A place to drop or choose CIFAR's files. */
function DropZone({ disabledBecause }: { readonly disabledBecause: Reason }) {
  const choice = {
    onFiles: (files: File[]) => void workbench.loadData('archive', files),
    size: 'xs',
    icon: <IconUpload size={14} />,
    disabledBecause,
  } as const;
  return (
    <Stack
      gap="xs"
      p="sm"
      align="flex-start"
      style={{ border: '2px dashed var(--mantine-color-default-border)', borderRadius: 8 }}
    >
      <Text size="sm">
        Drop CIFAR-10 or CIFAR-100 (fine labels) anywhere on this page, as one file, several files or a
        folder: the binary version (<b>cifar-10-binary.tar.gz</b>), the python version (
        <b>cifar-10-python.tar.gz</b>) or the <b>parquet</b> files of Hugging Face, packed or unpacked. Or
      </Text>
      <Group gap="xs">
        {/* Any file can be chosen: the batches of the python version have no extension. */}
        <FileChoice {...choice} multiple inputLabel="CIFAR files">
          Choose files
        </FileChoice>
        <FileChoice {...choice} folder inputLabel="Folder of CIFAR files">
          Choose a folder
        </FileChoice>
      </Group>
      <Text size="xs" c="dimmed">
        The files stay on this machine.
      </Text>
    </Stack>
  );
}

export function DataFields({ form }: { readonly form: Form }) {
  const { locked, edit } = form;
  const { dataset } = form.config;
  const source = SOURCES[dataset.source];
  const summary = usePage((s) => s.data[dataset.source]);
  const error = usePage((s) => s.dataError);
  const busy = usePage((s) => s.dataProgress !== null);
  const cannotLoad = locked ?? (busy ? 'Data is being loaded: wait, or cancel the loading.' : null);
  const names = summary?.classNames ?? source.classNames;
  return (
    <Stack gap="sm">
      <SettingField path="dataset.source" form={form} disabledBecause={cannotLoad} />
      {source.kind === 'files' && <DropZone disabledBecause={cannotLoad} />}
      {(source.kind === 'download' || source.kind === 'hosted') && !summary && (
        <Button
          size="xs"
          variant="default"
          disabledBecause={cannotLoad}
          onClick={() => void workbench.loadData(source.id)}
        >
          Load {source.short} now{source.kind === 'hosted' ? ` (${source.size})` : ''}
        </Button>
      )}
      <LoadingData />
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
                onClick={() => edit('dataset.source', 'archive')}
              >
                Use a downloaded file
              </Button>
            )}
          </Stack>
        </Alert>
      )}
      <Text size="xs" c="dimmed">
        {summary ? `${summary.provenance}; CRC-32 ${summary.checksum}` : source.words}
      </Text>
      <ClassPicker
        names={names}
        chosen={dataset.classes}
        disabledBecause={locked}
        onChange={(chosen) => edit('dataset.classes', chosen)}
      />
      <Group grow align="flex-start">
        <SettingField path="dataset.trainSize" form={form} />
        <SettingField path="dataset.testSize" form={form} />
      </Group>
    </Stack>
  );
}
