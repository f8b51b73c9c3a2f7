import { Stack, Text } from '@mantine/core';
import { fitToData } from '../../core/experiments/fit-data.ts';
import { SentenceButton } from '../shared/SentenceButton.tsx';
import { usePage, workbench } from '../state/store.ts';
import { useConfigError } from '../state/useConfigError.ts';
import { configError, isActive } from '../workbench/race-rules.ts';

/** What is wrong with the settings of the next race; if the data has too few images, a button that uses fewer. */
export function SettingsError() {
  const config = usePage((s) => s.config);
  const data = usePage((s) => s.data);
  const idle = usePage((s) => !isActive(s.race));
  const opened = usePage((s) => s.opened);
  const wrong = useConfigError();
  if (wrong === null) return null;
  const fitting = fitToData(config, data);
  const { classes, trainSize, testSize } = (fitting ?? config).dataset;
  return (
    <Stack gap="xs" align="flex-start">
      <Text id="settings-error" c="red" size="sm" role="alert">
        {wrong}
      </Text>
      {idle && fitting && configError(fitting, data, opened) === null && (
        <SentenceButton onClick={() => workbench.setConfig(fitting)}>
          {`Use what this data has: ${classes.length} classes, ${trainSize.toLocaleString('en')} training and ${testSize.toLocaleString('en')} test images`}
        </SentenceButton>
      )}
    </Stack>
  );
}
