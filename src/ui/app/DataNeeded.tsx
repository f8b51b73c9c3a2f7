/** Shown beside Train when the data of the next race could not be loaded: the reason and the ways to get data. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconShape, IconUpload } from '@tabler/icons-react';
import { DATA_SOURCES, SOURCES } from '../../core/data/sources/catalogue.ts';
import { Button } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import type { Source } from '../workbench/bench-state.ts';
import { isActive } from '../workbench/race-rules.ts';

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
  if (error === null || there || !idle || SOURCES[source].kind === 'generated') return null;
  // Those that have the chosen classes, the wanted data itself before a stand-in.
  const fitting = DATA_SOURCES.filter(({ limits }) => classes.every((c) => c < limits.classes));
  const others = (['download', 'generated'] as const).flatMap((kind) =>
    fitting.filter((s) => s.kind === kind),
  );
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
          {others.map((other) =>
            other.kind === 'files' ? null : (
              <Button
                key={other.id}
                size="xs"
                variant="default"
                leftSection={other.kind === 'download' ? <IconDownload size={14} /> : <IconShape size={14} />}
                onClick={() => void use(other.id)}
              >
                {other.kind === 'generated'
                  ? `Use ${other.name[0].toLowerCase()}${other.name.slice(1)}`
                  : `${source === other.id ? 'Try the download again' : `Download ${other.short}`} (${other.download.size})`}
              </Button>
            ),
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
