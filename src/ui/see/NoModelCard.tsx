import { Card, Stack, Text } from '@mantine/core';

interface Props {
  readonly label: string;
  /** Why its training failed, in one sentence. */
  readonly reason: string;
}

/** Shown in place of the example of a contestant that has no model. */
export function NoModelCard({ label, reason }: Props) {
  return (
    <Card withBorder padding="sm" component="article" aria-label={`${label} has no model`}>
      <Stack gap="xs">
        <Text fw={600}>{label}</Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          No model, because its training failed: {reason}
        </Text>
      </Stack>
    </Card>
  );
}
