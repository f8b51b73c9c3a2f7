/** Buttons to train, pause, step, stop and reset; progress, speed and time left; notices about the race. */
import { Alert, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconRefresh,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { duration } from '../shared/format.ts';
import { Button } from '../shared/controls.tsx';
import { DataNeeded } from './DataNeeded.tsx';
import { ProgressLine } from './ProgressLine.tsx';
import { RACE_WORDS } from './progress-words.ts';
import { resumeRace, startRace } from './start-race.ts';
import { SettingsError } from './SettingsError.tsx';
import { usePage, workbench } from '../state/store.ts';
import { useConfigError } from '../state/useConfigError.ts';
import { discardInterruptedAfterAsking, resetAfterAsking } from '../state/work.ts';
import { isActive } from '../workbench/race-rules.ts';

/** A worker silent for this long is reported; with the intervals of the checks, the visitor knows within 20 seconds. */
const SILENCE_MS = 15_000;
const LOOK_EVERY_MS = 2_000;

/** Seconds for which a worker with a pending call has not answered; null while that is no reason for a notice. */
function useSilence(): number | null {
  const [silence, setSilence] = useState<number | null>(null);
  useEffect(() => {
    // The longest silence so far that ended with an answer: one of similar length is no reason for a notice.
    let usual = 0;
    let longest = 0;
    const timer = setInterval(() => {
      const silent = workbench.engine.silentMs();
      if (silent === 0) usual = Math.max(usual, longest);
      longest = silent === 0 ? 0 : silent;
      setSilence(silent >= SILENCE_MS && silent > 1.5 * usual ? Math.round(silent / 1000) : null);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return silence;
}

/** The notice about a worker that has never answered, because its code may not have been loaded. */
function CodeNotice({ seconds }: { readonly seconds: number }) {
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle />}
      title={`The code of the engine has not arrived for ${duration(seconds)}`}
      data-testid="code-notice"
    >
      <Stack gap="xs" align="start">
        The server or the connection may be slow or down. Recorded runs, saved runs, shared links and their
        charts work without it; training waits for it.
        <Button size="xs" variant="default" onClick={() => workbench.restartWorker()}>
          Retry
        </Button>
      </Stack>
    </Alert>
  );
}

function SilenceNotice() {
  const silence = useSilence();
  const active = usePage((s) => isActive(s.race));
  if (silence === null) return null;
  if (!workbench.engine.hasAnswered()) return <CodeNotice seconds={silence} />;
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle />}
      title={`No answer from the worker for ${duration(silence)}`}
      data-testid="silence"
    >
      <Stack gap="xs" align="start">
        {active
          ? 'One step of a large network on the CPU can take that long. If the worker is stuck, restart it: the race goes on from its last kept state.'
          : 'If the worker is stuck, restart it: what it was doing ends, and trained models are brought back from their kept state.'}
        <Button size="xs" variant="default" onClick={() => workbench.restartWorker()}>
          Restart the worker
        </Button>
      </Stack>
    </Alert>
  );
}

/** Offers to resume an unfinished race. */
function InterruptedNotice() {
  const interrupted = usePage((s) => s.interrupted);
  const idle = usePage((s) => !isActive(s.race));
  if (!interrupted || !idle) return null;
  const { config, epoch, stepsDone, stepsTotal, savedAt } = interrupted;
  return (
    <Alert variant="light" color="blue" title="Unfinished race" data-testid="interrupted">
      <Stack gap="xs" align="start">
        <span>
          {config.contestants.map((c) => c.label).join(', ')}:{' '}
          {stepsTotal === 0
            ? 'cut off before a first state was kept, so it starts from the beginning; begun '
            : `epoch ${Math.min(epoch + 1, config.optimiser.epochs)} of ${config.optimiser.epochs}, step ${stepsDone.toLocaleString('en')} of ${stepsTotal.toLocaleString('en')}, kept `}
          {new Date(savedAt).toLocaleString('en')}. Training another race replaces it.
        </span>
        <Group gap="xs">
          <Button size="xs" onClick={resumeRace}>
            Resume
          </Button>
          <Button size="xs" variant="default" onClick={() => void discardInterruptedAfterAsking()}>
            Discard
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

export function Controls() {
  const race = usePage((s) => s.race);
  const error = usePage((s) => s.raceError);
  const ownRace = usePage((s) => s.ownRace);
  const seeds = usePage((s) => s.raceConfig?.repeats ?? 1);
  const wrong = useConfigError();
  const active = isActive(race);
  return (
    <div className="race-controls" role="region" aria-label="Training controls">
      <Stack gap="xs">
        <Group gap="xs">
          {!active && (
            <Button
              size="sm"
              leftSection={<IconPlayerPlay size={18} />}
              onClick={() => startRace()}
              disabledBecause={wrong}
            >
              Train
            </Button>
          )}
          {active && race !== 'paused' && (
            <Button
              size="sm"
              leftSection={<IconPlayerPause size={18} />}
              onClick={() => workbench.pause()}
              disabledBecause={
                race === 'preparing' ? 'The race is being prepared: it can be paused once it trains.' : null
              }
            >
              Pause
            </Button>
          )}
          {race === 'paused' && (
            <>
              <Button size="sm" leftSection={<IconPlayerPlay size={18} />} onClick={() => workbench.resume()}>
                Resume
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconPlayerSkipForward size={18} />}
                onClick={() => workbench.stepOnce()}
              >
                Step
              </Button>
            </>
          )}
          {active && (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={18} />}
              onClick={() => workbench.stop()}
            >
              Stop
            </Button>
          )}
          {!active && (race !== null || ownRace) && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={18} />}
              onClick={() => void resetAfterAsking()}
            >
              Reset
            </Button>
          )}
        </Group>
        <ProgressLine />
        {seeds > 1 && race !== null && (
          <Text size="xs" c="dimmed">
            Race and Why show all seeds; Attack, Stress test and saved weights use the models of the last seed
            trained.
          </Text>
        )}
        <SilenceNotice />
        <InterruptedNotice />
        <SettingsError />
        <DataNeeded />
        {error && (
          <Alert color="red" icon={<IconAlertTriangle />} title="The race ended with an error">
            {error}
          </Alert>
        )}
        <VisuallyHidden role="status" aria-live="polite">
          {race === null ? '' : RACE_WORDS[race]}
        </VisuallyHidden>
      </Stack>
    </div>
  );
}
