/** Train, pause, step, stop, reset; progress, speed and time left. */
import { Alert, Button, Group, Paper, Progress, Stack, Text, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconRefresh,
} from '@tabler/icons-react';
import type { RaceState } from '../../core/training/events.ts';
import { duration } from '../see/format.ts';
import { configError, isActive, usePage } from '../state/store.ts';

const WORDS: Readonly<Record<RaceState, string>> = {
  preparing: 'Preparing',
  running: 'Training',
  paused: 'Paused',
  evaluating: 'Final evaluation',
  complete: 'Complete',
  stopped: 'Stopped',
  failed: 'Failed',
};

function ProgressLine() {
  const progress = usePage((s) => s.progress);
  const race = usePage((s) => s.race);
  const message = usePage((s) => s.raceMessage);
  if (race === null) return null;
  const share = progress ? (100 * progress.stepsDone) / progress.stepsTotal : 0;
  const words = progress
    ? [
        `epoch ${progress.epoch + 1}`,
        `step ${progress.stepsDone.toLocaleString('en')} of ${progress.stepsTotal.toLocaleString('en')}`,
        `${progress.phase === 'train' ? 'training' : 'evaluating'} ${progress.contestant}`,
        `${progress.imagesPerSecond.toFixed(progress.imagesPerSecond < 10 ? 1 : 0)} images/s`,
        isActive(race) && progress.secondsLeft !== null
          ? `about ${duration(progress.secondsLeft)} left`
          : null,
      ]
    : [message];
  return (
    <Stack gap={4}>
      <Progress value={race === 'complete' ? 100 : share} aria-label="Progress of training" />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        <b data-testid="race-state">{WORDS[race]}</b>
        {race === 'complete' || !words[0] ? '' : `: ${words.filter(Boolean).join(', ')}`}
      </Text>
    </Stack>
  );
}

export function Controls() {
  const race = usePage((s) => s.race);
  const error = usePage((s) => s.raceError);
  const config = usePage((s) => s.config);
  const view = usePage((s) => s.shown === 'live');
  const { train, pause, resume, stepOnce, stop, reset } = usePage.getState();
  const wrong = configError(config);
  const active = isActive(race);
  return (
    <Paper
      withBorder
      p="sm"
      shadow="sm"
      className="sticky-controls"
      role="region"
      aria-label="Training controls"
    >
      <Stack gap="xs">
        <Group gap="xs">
          {!active && (
            <Button
              size="md"
              leftSection={<IconPlayerPlay size={18} />}
              onClick={() => void train()}
              disabled={wrong !== null}
              aria-describedby={wrong ? 'settings-error' : undefined}
            >
              Train
            </Button>
          )}
          {active && race !== 'paused' && (
            <Button
              size="md"
              leftSection={<IconPlayerPause size={18} />}
              onClick={pause}
              disabled={race === 'preparing'}
            >
              Pause
            </Button>
          )}
          {race === 'paused' && (
            <>
              <Button size="md" leftSection={<IconPlayerPlay size={18} />} onClick={resume}>
                Resume
              </Button>
              <Button variant="default" leftSection={<IconPlayerSkipForward size={18} />} onClick={stepOnce}>
                Step
              </Button>
            </>
          )}
          {active && (
            <Button variant="default" leftSection={<IconPlayerStop size={18} />} onClick={stop}>
              Stop
            </Button>
          )}
          {!active && (race !== null || view) && (
            <Button variant="default" leftSection={<IconRefresh size={18} />} onClick={reset}>
              Reset
            </Button>
          )}
          {race === null && (
            <Text size="sm" c="dimmed">
              {config.contestants.map((c) => c.label).join(' · ')}
            </Text>
          )}
        </Group>
        <ProgressLine />
        {wrong && (
          <Text id="settings-error" c="red" size="sm" role="alert">
            {wrong}
          </Text>
        )}
        {error && (
          <Alert color="red" icon={<IconAlertTriangle />} title="The race ended with an error">
            {error}
          </Alert>
        )}
        <VisuallyHidden role="status" aria-live="polite">
          {race === null ? '' : WORDS[race]}
        </VisuallyHidden>
      </Stack>
    </Paper>
  );
}
