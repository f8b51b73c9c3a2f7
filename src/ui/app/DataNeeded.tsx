/** Beside Train, when the data of the next race could not be had: why, and every way to get data. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconShape, IconUpload } from '@tabler/icons-react';
import { Button } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import type { Source } from '../workbench/bench-state.ts';
import { isActive } from '../workbench/race-rules.ts';

/** Both files on Hugging Face: 119.7 MB for training, 23.9 MB for the test. */
const DOWNLOAD = 'about 144 MB';
const CIFAR10_COUNT = 10;

async function use(source: Source, files: File[] | null = null): Promise<void> {
  const { config } = usePage.getState();
  const { dataset } = config;
  if (dataset.source !== source)
    workbench.setConfig({ ...config, preset: 'custom', dataset: { ...dataset, source } });
  if (await workbench.loadData(source, files)) notify('done', 'The data is loaded: press Train.');
}

export function DataNeeded() {
  const error = usePage((s) => s.dataError);
  const { source, classes } = usePage((s) => s.config.dataset);
  const there = usePage((s) => s.data[source] !== undefined);
  const idle = usePage((s) => !isActive(s.race) && s.dataProgress === null);
  if (error === null || there || !idle || source === 'synthetic') return null;
  const hasTen = classes.every((c) => c < CIFAR10_COUNT);
  return (
    <Alert color="yellow" variant="light" title="The next race needs data" data-testid="data-needed">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error}</Text>
        <Text size="sm">Drop the file anywhere on this page, or take one of these ways:</Text>
        <Group gap="xs">
          <FileChoice
            accept=".gz,.tar,.tgz,.bin"
            multiple
            size="xs"
            icon={<IconUpload size={14} />}
            inputLabel="CIFAR files for the next race"
            onFiles={(files) => void use('archive', files)}
          >
            Choose the CIFAR file
          </FileChoice>
          {hasTen && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload size={14} />}
              onClick={() => void use('cifar10')}
            >
              {source === 'cifar10' ? 'Try the download again' : 'Download CIFAR-10'} ({DOWNLOAD})
            </Button>
          )}
          {hasTen && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconShape size={14} />}
              onClick={() => void use('synthetic')}
            >
              Use synthetic shapes
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
