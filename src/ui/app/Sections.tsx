import { Box, Loader, Paper, Text, Title } from '@mantine/core';
import { useShallow } from 'zustand/react/shallow';
import { Racing } from '../charts/racing.ts';
import { LazyPart } from '../shared/LazyPart.tsx';
import { usePage } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { shownSections, type SectionEntry } from './sections.ts';

const Waiting = () => (
  <Box mih={280}>
    <Loader size="sm" aria-label="Loading" />
  </Box>
);

function Section({ id, title, lead, load }: SectionEntry) {
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
      <LazyPart name={`The section ${title}`} load={load} props={{}} waiting={<Waiting />} />
    </Paper>
  );
}

/**
 * The sections shown now, in reading order. The code of each is loaded separately, and an error in one leaves
 * the others as they are.
 */
export function Sections() {
  const sections = usePage(useShallow((page) => shownSections(page)));
  const racing = usePage((page) => isActive(page.race));
  return (
    <Racing value={racing}>
      {sections.map((section) => (
        <Section key={section.id} {...section} />
      ))}
    </Racing>
  );
}
