/** A notice below Train when the data of the next race could not be loaded: the reason, and ways to get data. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconShape, IconUpload } from '@tabler/icons-react';
import { DATA_SOURCES, SOURCES } from '../../core/data/sources/catalogue.ts';
import type { AnySource } from '../../core/data/sources/source.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { edited } from '../experiment/edited.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import { Button } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import type { Source } from '../workbench/bench-state.ts';
import { isActive } from '../workbench/race-rules.ts';

async function use(source: Source, files: File[] | null = null): Promise<void> {
  const { config } = usePage.getState();
  if (config.dataset.source !== source) workbench.setConfig(edited(config, 'dataset.source', source));
  if (await workbench.loadData(source, files)) notify('done', 'The data is loaded: press Train.');
}

type OnDemand = Exclude<AnySource<Source>, { kind: 'files' }>;

/** Label of the button that uses the source `other` for `config`. */
function wayIn(other: OnDemand, config: ExperimentConfig): string {
  switch (other.kind) {
    case 'generated':
      return `Use ${other.name[0].toLowerCase()}${other.name.slice(1)}`;
    case 'hosted': {
      const images = withSource(config, other.id).dataset.trainSize.toLocaleString('en');
      return `Train on ${images} photographs of this page (${other.size})`;
    }
    case 'download':
      return `${config.dataset.source === other.id ? 'Try the download again' : `Download ${other.short}`} (${other.download.size})`;
  }
}

export function DataNeeded() {
  const error = usePage((s) => s.dataError);
  const config = usePage((s) => s.config);
  const { source, classes } = config.dataset;
  const there = usePage((s) => s.data[source] !== undefined);
  const idle = usePage((s) => !isActive(s.race) && s.dataProgress === null);
  if (error === null || there || !idle || SOURCES[source].kind === 'generated') return null;
  // Sources with enough classes: downloads first, then hosted and generated images.
  const fits = (id: Source) => withSource(config, id).dataset.classes.length === classes.length;
  const others = (['download', 'hosted', 'generated'] as const).flatMap((kind) =>
    DATA_SOURCES.filter((s): s is OnDemand => s.kind === kind && fits(s.id)),
  );
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
          {others.map((other) => (
            <Button
              key={other.id}
              size="xs"
              variant="default"
              leftSection={other.kind === 'generated' ? <IconShape size={14} /> : <IconDownload size={14} />}
              onClick={() => void use(other.id)}
            >
              {wayIn(other, config)}
            </Button>
          ))}
        </Group>
      </Stack>
    </Alert>
  );
}
