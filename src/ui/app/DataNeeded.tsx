/**
 * A notice below Train when the data of the next race could not be loaded: the reason, and ways to get data. While a
 * download runs, its progress.
 */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconShape, IconUpload } from '@tabler/icons-react';
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { edited } from '../experiment/edited.ts';
import { LoadingData } from '../experiment/LoadingData.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { SentenceButton } from '../shared/SentenceButton.tsx';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import { connectionSpeed, waysToData } from './data-ways.ts';
import type { Source } from '../workbench/bench-state.ts';
import { isActive } from '../workbench/race-rules.ts';

async function use(source: Source, files: File[] | null = null): Promise<void> {
  const { config } = usePage.getState();
  if (config.dataset.source !== source) workbench.setConfig(edited(config, 'dataset.source', source));
  if (await workbench.loadData(source, files)) notify('done', 'The data is loaded: press Train.');
}

export function DataNeeded() {
  const error = usePage((s) => s.dataError);
  const config = usePage((s) => s.config);
  const { source } = config.dataset;
  const there = usePage((s) => s.data[source] !== undefined);
  const idle = usePage((s) => !isActive(s.race));
  const loading = usePage((s) => s.dataProgress !== null);
  if (loading && SOURCES[source].kind === 'download') return <LoadingData />;
  if (error === null || there || !idle || loading || SOURCES[source].kind === 'generated') return null;
  return (
    <Alert color="yellow" variant="light" title="The next race needs data" data-testid="data-needed">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error}</Text>
        <Text size="sm">
          Drop the files or their folder anywhere on this page, or take one of these ways:
        </Text>
        <Group gap="xs">
          <FileChoice
            multiple
            size="xs"
            icon={<IconUpload size={14} />}
            inputLabel="CIFAR files for the next race"
            onFiles={(files) => void use('archive', files)}
          >
            Choose CIFAR files
          </FileChoice>
          {waysToData(config, connectionSpeed()).map(({ source, kind, words }) => (
            <SentenceButton
              key={source}
              leftSection={kind === 'generated' ? <IconShape size={14} /> : <IconDownload size={14} />}
              onClick={() => void use(source)}
            >
              {words}
            </SentenceButton>
          ))}
        </Group>
      </Stack>
    </Alert>
  );
}
