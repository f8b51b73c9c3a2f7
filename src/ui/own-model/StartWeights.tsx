import { Group, Text } from '@mantine/core';
import { Button, type Reason } from '../shared/controls.tsx';
import { usePage, workbench } from '../state/store.ts';
import { OpenWeights } from './OpenWeights.tsx';

/** The weights that training starts from, where the settings name some. */
export function StartWeights({ locked }: { readonly locked: Reason }) {
  const config = usePage((s) => s.config);
  const { start } = config;
  const open = usePage((s) => s.opened.some((m) => m.sha256 === start?.sha256));
  if (!start) return null;
  return (
    <Group gap="xs" role="group" aria-label="Start of training">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        Training starts from the weights in <b>{start.file}</b> (SHA-256 {start.sha256.slice(0, 12)}…)
        {open ? '.' : ', which are not part of a link: open that file to train.'}
      </Text>
      {!open && <OpenWeights />}
      <Button
        size="compact-sm"
        variant="default"
        disabledBecause={locked}
        onClick={() => workbench.setConfig({ ...config, start: undefined })}
      >
        Start from random weights
      </Button>
    </Group>
  );
}
