import { Text } from '@mantine/core';
import type { RaceResult } from '../../core/result/results.ts';
import { leftOutOf } from '../../core/settings/known.ts';

/** Names the parts of a result that this version of the page does not know; there are usually none. */
export function LeftOutNote({ result }: { readonly result: RaceResult }) {
  const lines = leftOutOf(result);
  if (lines.length === 0) return null;
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      A newer version of this page made this result. Left out, because it is not known here:{' '}
      {lines.join('; ')}. The figures shown are the ones it holds; settings that you load from it lack these
      parts.
    </Text>
  );
}
