import { Box, Loader, Paper, Text, Title } from '@mantine/core';
import { useShallow } from 'zustand/react/shallow';
import { LazyPart } from '../shared/LazyPart.tsx';
import { usePage } from '../state/store.ts';
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
  return sections.map((section) => <Section key={section.id} {...section} />);
}
