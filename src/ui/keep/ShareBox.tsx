import { Group, List, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconLink } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { EncodedSnapshot } from '../../snapshot/encode.ts';
import { Button } from '../shared/controls.tsx';
import { useCopy } from '../shared/copy.ts';
import { retriedImport } from '../shared/retried-import.ts';
import { linkWith } from './snapshot-link.ts';
import { Notice } from '../shared/Notice.tsx';

interface Made extends EncodedSnapshot {
  readonly of: RaceResult;
  readonly link: string;
}

function contents({ detail, of }: Made): string[] {
  const series = (n: number, what: string) => `up to ${n} points of ${what}`;
  const epochs = Math.max(0, ...of.runs.map((r) => r.curves.length));
  return [
    'the settings, the final table, backend and device, data set in words, date and version',
    epochs <= detail.epochs
      ? 'every point of the accuracy curves, rounded'
      : series(detail.epochs, 'the accuracy curves, rounded'),
    ...(detail.terms ? ['the loss terms by epoch'] : []),
    ...(of.runs.some((r) => r.gradientConflict.length)
      ? [series(detail.conflict, 'the gradient conflict')]
      : []),
    ...(of.runs.some((r) => r.bn.length)
      ? [
          `BatchNorm distances by epoch, by layer for the last${detail.channels ? `, with ${detail.channels} channels each` : ''}`,
        ]
      : []),
    'no images, no weights, no code',
  ];
}

/** Makes a link on demand, and shows how long it is and what it holds. */
export function ShareBox({ result }: { readonly result: RaceResult | null }) {
  const [made, setMade] = useState<Made | null>(null);
  const [error, setError] = useState<string | null>(null);
  const clipboard = useCopy();
  const field = useRef<HTMLInputElement>(null);
  const current = made && made.of === result ? made : null;

  const make = async () => {
    if (!result) return;
    setError(null);
    try {
      const { encodeSnapshot } = await retriedImport(() => import('../../snapshot/encode.ts'));
      const encoded = await encodeSnapshot(result);
      const link = linkWith(encoded.hash);
      setMade({ ...encoded, of: result, link });
      clipboard.copy(link);
    } catch (e) {
      setError(errorMessage(e));
    }
  };

  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button
          leftSection={<IconLink size={18} />}
          onClick={() => void make()}
          disabledBecause={result ? null : 'There is a result to share once a race has ended.'}
        >
          Make a link
        </Button>
        {!result && (
          <Text size="sm" c="dimmed">
            There is a result to share once a race has ended.
          </Text>
        )}
      </Group>
      {error && (
        <Notice color="red" title="No link could be made">
          {error}
        </Notice>
      )}
      {current && (
        <Stack gap="xs">
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              ref={field}
              label="Link"
              description={`${current.link.length.toLocaleString('en')} characters; the result is in the link itself, nothing is uploaded`}
              value={current.link}
              readOnly
              onFocus={(e) => e.currentTarget.select()}
              style={{ flex: 1, minWidth: 0 }}
            />
            <Button
              variant="default"
              leftSection={clipboard.state === 'copied' ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={() => clipboard.copy(current.link)}
            >
              {clipboard.state === 'copied' ? 'Copied' : 'Copy'}
            </Button>
          </Group>
          {clipboard.state === 'refused' && (
            <Text size="sm" role="status">
              The browser did not allow copying: select the link and copy it by hand.
            </Text>
          )}
          <Text size="sm" fw={500}>
            In the link:
          </Text>
          <List size="sm">
            {contents(current).map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
        </Stack>
      )}
    </Stack>
  );
}
