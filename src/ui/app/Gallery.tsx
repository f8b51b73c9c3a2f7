/** Buttons for the recorded runs, and a description of the one shown. Hidden while a race is active. */
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { errorMessage, withoutFullStop } from '../../core/error-message.ts';
import { Button } from '../shared/controls.tsx';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { loadIndex, loadRecorded, type RecordedEntry } from './recorded.ts';

export function Gallery() {
  const [entries, setEntries] = useState<readonly RecordedEntry[]>([]);
  const [loading, setLoading] = useState<string | null>(null);
  const active = usePage((s) => isActive(s.race));
  const shown = usePage((s) => (s.shown === 'recorded' ? s.shownName : null));
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let alive = true;
    loadIndex().then(
      (list) => alive && setEntries(list),
      (error: unknown) => alive && setFailure(errorMessage(error)),
    );
    return () => {
      alive = false;
    };
  }, [attempt]);
  if (failure !== null && !active)
    return (
      <Paper withBorder p="sm" component="section" aria-label="Recorded runs">
        <Group gap="xs">
          <Text size="sm" role="status">
            The list of recorded runs did not arrive: {withoutFullStop(failure)}. Training, shared links and
            saved runs work without it.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              setFailure(null);
              setAttempt(attempt + 1);
            }}
          >
            Try again
          </Button>
        </Group>
      </Paper>
    );
  if (entries.length === 0 || active) return null;
  const open = async ({ file, title }: RecordedEntry) => {
    setLoading(file);
    try {
      const result = await loadRecorded(file);
      // If a race has begun meanwhile, keep it on the page.
      if (!isActive(usePage.getState().race)) workbench.open('recorded', result, title);
    } catch (error) {
      notify('error', errorMessage(error));
    } finally {
      setLoading(null);
    }
  };
  const words = entries.find((e) => e.title === shown)?.words;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="gallery-title">
      <Stack gap="xs">
        <Group gap="xs">
          <Title order={2} size="h5" id="gallery-title">
            Recorded runs
          </Title>
          {entries.map((entry) => (
            <Button
              key={entry.file}
              size="compact-sm"
              variant={entry.title === shown ? 'filled' : 'default'}
              aria-pressed={entry.title === shown}
              busyBecause={loading === entry.file ? 'This run is being loaded.' : null}
              onClick={() => void open(entry)}
            >
              {entry.title}
            </Button>
          ))}
        </Group>
        <Text size="sm" role="status">
          {words ?? 'Runs made earlier with the same engine: open one to read its charts without training.'}
        </Text>
      </Stack>
    </Paper>
  );
}
