import { Group, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { memo } from 'react';
import { ActionIcon, Button } from '../shared/controls.tsx';
import { usePage, workbench } from '../state/store.ts';
import type { OpenedModel } from '../workbench/opened.ts';
import { openSettings } from '../app/go-to.ts';
import { notify } from '../shared/notify.ts';
import { isActive, RACING } from '../workbench/race-rules.ts';
import { architectureText } from './answers-form.ts';
import { OpenWeights } from './OpenWeights.tsx';
import { startingFrom } from './start-config.ts';

function Line({ model }: { readonly model: OpenedModel }) {
  const { id, label, fileName, spec, answers } = model;
  const config = usePage((s) => s.config);
  const active = usePage((s) => isActive(s.race));
  const next = startingFrom(config, model);
  const train = () => {
    if (typeof next === 'string') return;
    workbench.setConfig(next);
    openSettings();
    notify('done', `Training will start from ${label}: press Train.`);
  };
  const set = spec.splitBn ? `, inference through the ${answers.bnSet} set` : '';
  return (
    <Group component="li" gap="xs" justify="space-between">
      <Text size="sm" style={{ overflowWrap: 'anywhere', flex: '1 1 16rem' }}>
        <b>{label}</b> ({fileName}): {architectureText(spec)}
        {set}.
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Train from this model: ${label}`}
          disabledBecause={active ? RACING : typeof next === 'string' ? next : null}
          onClick={train}
        >
          Train from this model
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Close ${label}`}
          onClick={() => void workbench.opened.close(id)}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

/** The models opened from weight files, and a button to open another. */
export const OpenedModels = memo(function OpenedModels() {
  const opened = usePage((s) => s.opened);
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">
        A CIFAR ResNet, plain or wide, that was trained here or anywhere else can be attacked beside the
        models of a race, or trained further. It stays on this machine.
      </Text>
      {opened.length > 0 && (
        <Stack
          component="ul"
          aria-label="Opened models"
          gap="2xs"
          m={0}
          p={0}
          w="100%"
          style={{ listStyle: 'none' }}
        >
          {opened.map((model) => (
            <Line key={model.id} model={model} />
          ))}
        </Stack>
      )}
      <OpenWeights />
    </Stack>
  );
});
