import { Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly id: string;
  readonly title: string;
  /** One sentence that says what the section shows. */
  readonly lead: string;
  readonly children: ReactNode;
}

/** One of the page's sections. */
export function Section({ id, title, lead, children }: Props) {
  return (
    <Paper
      component="section"
      withBorder
      p={{ base: 'sm', sm: 'lg' }}
      id={id}
      aria-labelledby={`${id}-title`}
    >
      <Title order={2} size="h3" id={`${id}-title`}>
        {title}
      </Title>
      <Text c="dimmed" mb="md">
        {lead}
      </Text>
      {children}
    </Paper>
  );
}
