/** A caption of the 60-second story in place of the lead, with the way on and the way out. */
import { Button, Group, Text } from '@mantine/core';
import { STORY } from './story.ts';

interface Props {
  readonly step: number;
  /** Null ends the story. */
  readonly onStep: (step: number | null) => void;
}

export function Story({ step, onStep }: Props) {
  const last = step === STORY.length - 1;
  return (
    <div className="story" role="group" aria-label="60-second story">
      <Text size="md" role="status" aria-live="polite">
        <b>
          {step + 1}/{STORY.length}
        </b>{' '}
        {STORY[step].text}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Button size="compact-sm" onClick={() => onStep(last ? null : step + 1)}>
          {last ? 'Done' : 'Next'}
        </Button>
        {!last && (
          <Button size="compact-sm" variant="default" onClick={() => onStep(null)}>
            Leave
          </Button>
        )}
      </Group>
    </div>
  );
}
