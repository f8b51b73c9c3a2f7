import { Group, Stack, Text } from '@mantine/core';
import { IconFolderOpen, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { ActionIcon } from '../shared/controls.tsx';
import { FileChoice } from '../shared/FileChoice.tsx';
import { Notice } from '../shared/Notice.tsx';
import { usePage, workbench } from '../state/store.ts';
import type { OpenedModel } from '../workbench/opened.ts';
import { architectureText } from './answers-form.ts';

function Line({ model }: { readonly model: OpenedModel }) {
  const { id, label, fileName, spec, answers } = model;
  const set = spec.splitBn ? `, inference through the ${answers.bnSet} set` : '';
  return (
    <Group component="li" gap="xs" wrap="nowrap" justify="space-between" align="flex-start">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <b>{label}</b> ({fileName}): {architectureText(spec)}
        {set}.
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Close ${label}`}
        onClick={() => void workbench.opened.close(id)}
      >
        <IconX size={16} />
      </ActionIcon>
    </Group>
  );
}

/** The models opened from weight files, and a button to open another. */
export function OpenedModels() {
  const opened = usePage((s) => s.opened);
  const [error, setError] = useState<string | null>(null);
  const ask = async (file: File) => {
    setError(null);
    try {
      await workbench.opened.ask(file);
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">
        A CIFAR ResNet that was trained here or anywhere else can be attacked beside the models of a race. It
        stays on this machine.
      </Text>
      {opened.length > 0 && (
        <Stack
          component="ul"
          aria-label="Opened models"
          gap={4}
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
      <FileChoice
        accept=".safetensors"
        inputLabel="Weights as safetensors"
        icon={<IconFolderOpen size={18} />}
        onFiles={([file]) => void ask(file)}
      >
        Open weights
      </FileChoice>
      {error !== null && (
        <Notice
          color="red"
          title="The model could not be opened"
          withCloseButton
          onClose={() => setError(null)}
          closeButtonLabel="Dismiss"
        >
          {error}
        </Notice>
      )}
    </Stack>
  );
}
