import { Progress, Stack, Text } from '@mantine/core';
import { epochsOfLabel } from '../../core/experiments/epochs.ts';
import { usePage } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { progressWords, RACE_WORDS } from './progress-words.ts';

/** State and progress of the visit's own race, whatever run and settings are shown meanwhile. */
export function ProgressLine() {
  const progress = usePage((s) => s.progress);
  const race = usePage((s) => s.race);
  const message = usePage((s) => s.raceMessage);
  const config = usePage((s) => s.raceConfig);
  if (race === null) return null;
  const share = progress ? (100 * progress.stepsDone) / progress.stepsTotal : 0;
  const words =
    progress && config
      ? progressWords(progress, epochsOfLabel(config, progress.contestant), isActive(race))
      : message;
  return (
    <Stack gap="2xs">
      <Progress value={race === 'complete' ? 100 : share} aria-label="Progress of training" />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        <b data-testid="race-state">{RACE_WORDS[race]}</b>
        {race === 'complete' || !words ? '' : `: ${words}`}
      </Text>
    </Stack>
  );
}
