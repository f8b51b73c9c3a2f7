import { Group, Stack, Text } from '@mantine/core';
import { percent } from '../shared/format.ts';

interface Props {
  readonly probabilities: readonly number[];
  readonly predicted: number;
  readonly trueClass: number;
  readonly name: (index: number) => string;
  /** e.g. `Clean image`. */
  readonly title: string;
}

/** Number of classes shown: those of highest confidence; the true class replaces the last of them if it is missing. */
const SHOWN = 3;

export function topClasses(probabilities: readonly number[], trueClass: number): number[] {
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
  const top = order.slice(0, SHOWN);
  return top.includes(trueClass) || trueClass >= probabilities.length
    ? top
    : [...top.slice(0, SHOWN - 1), trueClass];
}

/** Predicted classes with their confidences as bars. */
export function Confidences({ probabilities, predicted, trueClass, name, title }: Props) {
  const right = predicted === trueClass;
  return (
    <Stack gap="2xs">
      <Text size="sm">
        {title}:{' '}
        <Text span fw={600}>
          {name(predicted)}
        </Text>{' '}
        <Text span c={right ? 'teal.9' : 'red.9'} darkHidden>
          {right ? '✓ right' : '✗ wrong'}
        </Text>
        <Text span c={right ? 'teal.4' : 'red.4'} lightHidden>
          {right ? '✓ right' : '✗ wrong'}
        </Text>
      </Text>
      <Stack gap="3xs" role="list" aria-label={`Confidences, ${title.toLowerCase()}`}>
        {topClasses(probabilities, trueClass).map((i) => (
          <Group key={i} gap="xs" wrap="nowrap" role="listitem">
            <Text size="xs" w={84} truncate title={name(i)} fw={i === trueClass ? 600 : 400}>
              {name(i)}
            </Text>
            <div
              aria-hidden
              style={{
                flex: 1,
                height: 8,
                borderRadius: 4,
                background: 'var(--mantine-color-default-border)',
              }}
            >
              <div
                style={{
                  width: `${100 * probabilities[i]}%`,
                  height: '100%',
                  borderRadius: 4,
                  background: i === trueClass ? 'var(--mantine-color-teal-6)' : 'var(--mantine-color-red-5)',
                }}
              />
            </div>
            <Text size="xs" w={52} ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
              {percent(probabilities[i])}
            </Text>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
