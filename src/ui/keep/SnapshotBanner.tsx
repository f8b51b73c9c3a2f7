import { Button, Group, Stack, Text } from '@mantine/core';
import { IconEye, IconLinkOff } from '@tabler/icons-react';
import type { OpenedSnapshot } from './snapshot-link.ts';
import { dateText } from '../shared/dates.ts';
import { Notice } from '../shared/Notice.tsx';
import { BackToRace } from '../shared/BackToRace.tsx';
import { LeftOutNote } from '../shared/LeftOutNote.tsx';

interface Props {
  readonly snapshot: OpenedSnapshot;
  /** Loads the snapshot's settings into the form; must not start training. */
  readonly onReproduce: () => void;
  /** Closes the snapshot. */
  readonly onClose: () => void;
}

/** Shown at the top while a shared link is open: says that it is read-only and offers to reproduce it. */
export function SnapshotBanner({ snapshot, onReproduce, onClose }: Props) {
  if (!snapshot.ok)
    return (
      <Notice color="red" icon={<IconLinkOff />} title="This shared link cannot be opened" role="alert">
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{snapshot.message}</Text>
          <Button size="xs" variant="default" onClick={onClose}>
            Go to the playground
          </Button>
        </Stack>
      </Notice>
    );
  const { result, sealed } = snapshot;
  return (
    <Notice color="violet" icon={<IconEye />} title="A shared result, read-only" role="status">
      <Stack gap="xs">
        <Text size="sm">
          This was measured on {dateText(result.finishedAt)} with {result.device} ({result.backend}), version{' '}
          {result.appVersion}
          {result.commit && `, commit ${result.commit}`}
          {result.status === 'complete' ? '' : `; the race was ${result.status} before its end`}. Figures come
          from the link and were not checked here; curves are rounded. To check them, load the same settings
          and train.
        </Text>
        {!sealed && (
          <Text size="sm">
            An earlier version of this page made the link, without a checksum: if it was damaged on the way,
            some figures may differ from those sent.
          </Text>
        )}
        <LeftOutNote result={result} />
        <Group gap="xs">
          <Button size="xs" onClick={onReproduce}>
            Reproduce: load these settings
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            Close the shared result
          </Button>
          <BackToRace />
        </Group>
      </Stack>
    </Notice>
  );
}
