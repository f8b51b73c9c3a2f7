import { Group, Text } from '@mantine/core';
import { useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { Button } from '../shared/controls.tsx';
import { openRecordedModels } from './recorded-models.ts';

/** A button that opens the recorded models, for a section that has no others. */
export function RecordedModels() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const open = async () => {
    setBusy(true);
    setError(null);
    try {
      await openRecordedModels();
    } catch (e) {
      setError(errorMessage(e));
    }
    setBusy(false);
  };
  return (
    <Group gap="sm">
      <Button
        size="xs"
        variant="default"
        busyBecause={busy ? 'The recorded models are being loaded.' : null}
        onClick={() => void open()}
      >
        Use recorded models
      </Button>
      {error !== null && (
        <Text size="sm" role="alert">
          {error}
        </Text>
      )}
    </Group>
  );
}
