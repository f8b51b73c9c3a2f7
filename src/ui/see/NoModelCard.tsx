import { Card, Stack, Text } from '@mantine/core';

interface Props {
  readonly label: string;
  /** Why it has none that can be attacked, in one sentence. */
  readonly reason: string;
}

/** Shown in place of the example of a model that cannot be attacked. */
export function NoModelCard({ label, reason }: Props) {
  return (
    <Card withBorder padding="sm" component="article" aria-label={`${label} has no model`}>
      <Stack gap="xs">
        <Text fw={600}>{label}</Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
      </Stack>
    </Card>
  );
}
