import { Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../shared/controls.tsx';
import { usePage, workbench } from '../state/store.ts';
import { createTimeLeft } from './time-left.ts';

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

/** Progress of loading: phase, bytes, time left, and a button that cancels it. */
export function LoadingData() {
  const progress = usePage((s) => s.dataProgress);
  const timeLeft = useRef(createTimeLeft());
  const [left, setLeft] = useState<string | null>(null);
  useEffect(() => setLeft(progress && timeLeft.current(progress, performance.now())), [progress]);
  if (!progress) return null;
  const { phase, loadedBytes, totalBytes } = progress;
  return (
    <Stack gap="3xs">
      <Progress
        value={totalBytes ? (100 * loadedBytes) / totalBytes : 100}
        animated={!totalBytes}
        aria-label="Progress of loading data"
      />
      <Text size="xs">
        {/* Screen readers announce the phase only, because the figures beside it change all the time. */}
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
