import { Group, List, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconLink, IconShare } from '@tabler/icons-react';
import { memo, useRef, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { EncodedSnapshot } from '../../snapshot/encode.ts';
import { Button } from '../shared/controls.tsx';
import { useCopy } from '../shared/copy.ts';
import { retriedImport } from '../shared/retried-import.ts';
import { hasShareSheet, sendLink } from './native-share.ts';
import { linkWith } from './snapshot-link.ts';
import { Notice } from '../shared/Notice.tsx';

interface Made extends EncodedSnapshot {
  readonly of: RaceResult;
  readonly link: string;
}

/** What the link holds, and what it leaves out of the result, in words. */
function contents({ detail, of }: Made): {
  readonly held: readonly string[];
  readonly left: readonly string[];
} {
  const series = (n: number, what: string) => `up to ${n} points of ${what}`;
  const epochs = Math.max(0, ...of.runs.map((r) => r.curves.length));
  const measured = {
    conflict: of.runs.some((r) => r.gradientConflict.length > 0),
    bn: of.runs.some((r) => r.bn.length > 0),
    report: of.report !== undefined,
    verdicts: of.runs.some((r) => r.final?.verdicts),
  };
  const held = [
    'the settings, the final table, backend and device, data set in words, date and version',
    ...(detail.epochs === 0
      ? []
      : epochs <= detail.epochs
        ? ['every point of the accuracy curves, rounded']
        : [series(detail.epochs, 'the accuracy curves, rounded')]),
    ...(detail.terms ? ['the loss terms by epoch'] : []),
    ...(measured.conflict && detail.conflict > 0
      ? [detail.brief ? 'the mean gradient conflict' : series(detail.conflict, 'the gradient conflict')]
      : []),
    ...(measured.bn && !detail.brief
      ? [
          `BatchNorm distances by epoch, by layer for the last${detail.channels ? `, with ${detail.channels} channels each` : ''}`,
        ]
      : []),
    ...(measured.report && !detail.brief ? ['the stress test’s report'] : []),
    ...(detail.verdicts ? ['whether each test image was classified correctly'] : []),
  ];
  const left = [
    ...(detail.epochs === 0 ? ['the accuracy curves (charts show their last points)'] : []),
    ...(detail.brief ? ['losses, balance and learning rate by epoch'] : []),
    ...(measured.conflict && detail.brief
      ? [detail.conflict > 0 ? 'the gradient conflict by step and by layer' : 'the gradient conflict']
      : []),
    ...(detail.brief && !detail.times ? ['training times'] : []),
    ...(measured.bn && detail.brief ? ['BatchNorm distances and statistics'] : []),
    ...(measured.report && detail.brief ? ['the stress test’s report'] : []),
    ...(measured.verdicts && !detail.verdicts
      ? ['the verdicts on single test images, so that differences have no interval over images']
      : []),
    'images, weights and code',
  ];
  return { held, left };
}

const NO_RESULT = 'There is a result to share once a race has ended.';

/** Makes a link on demand, and shows how long it is and what it holds. */
export const ShareBox = memo(function ShareBox({ result }: { readonly result: RaceResult | null }) {
  const [made, setMade] = useState<Made | null>(null);
  const [error, setError] = useState<string | null>(null);
  const clipboard = useCopy();
  const field = useRef<HTMLInputElement>(null);
  const current = made && made.of === result ? made : null;

  const make = async (kind: 'full' | 'short') => {
    if (!result) return;
    setError(null);
    try {
      const { encodeBrief, encodeSnapshot } = await retriedImport(() => import('../../snapshot/encode.ts'));
      const encoded =
        kind === 'full' ? await encodeSnapshot(result) : await encodeBrief(result, linkWith('').length);
      const link = linkWith(encoded.hash);
      setMade({ ...encoded, of: result, link });
      clipboard.copy(link);
    } catch (e) {
      setError(errorMessage(e));
    }
  };

  const send = async (url: string) => setError(await sendLink(url));
  const { held, left } = current ? contents(current) : { held: [], left: [] };

  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button
          leftSection={<IconLink size={18} />}
          onClick={() => void make('full')}
          disabledBecause={result ? null : NO_RESULT}
        >
          Make a link
        </Button>
        <Button
          variant="default"
          leftSection={<IconLink size={18} />}
          onClick={() => void make('short')}
          disabledBecause={result ? null : NO_RESULT}
        >
          Make a short link
        </Button>
        {!result && (
          <Text size="sm" c="dimmed">
            {NO_RESULT}
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
            {hasShareSheet() && (
              <Button
                variant="default"
                leftSection={<IconShare size={18} />}
                onClick={() => void send(current.link)}
              >
                Send
              </Button>
            )}
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
            {held.map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
          <Text size="sm">Left out: {left.join('; ')}.</Text>
        </Stack>
      )}
    </Stack>
  );
});
