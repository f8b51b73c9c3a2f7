import { Anchor, Box, Code, Collapse, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconAdjustments, IconPencil, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Contestant, Switches } from '../../core/settings/config.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { changedSwitches } from '../../core/experiments/contestant.ts';
import { ActionIcon, Button, type Reason } from '../shared/controls.tsx';
import { SpecField } from './SpecField.tsx';

interface Props {
  readonly contestant: Contestant;
  readonly colour: string;
  /** Why nothing can be changed now. */
  readonly disabledBecause: Reason;
  readonly notRemovableBecause: Reason;
  /** Why no variant can be added now. */
  readonly fullBecause: Reason;
  /** Adds a contestant with these switches changed, after this one. */
  readonly onVariant: (change: Partial<Switches>) => void;
  readonly onRemove: () => void;
  /** Opens the contestant in the editor of one's own loss; absent for the built-in methods. */
  readonly onEdit?: () => void;
}

/**
 * One contestant: its name, colour, equation and switches. Changed switches make a new contestant, which races beside
 * it.
 */
export function ContestantCard({
  contestant,
  colour,
  disabledBecause,
  notRemovableBecause,
  fullBecause,
  onVariant,
  onRemove,
  onEdit,
}: Props) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<Switches>(contestant.switches);
  const panel = useId();
  const info = CATALOGUE[contestant.method];
  const cannotRemove = disabledBecause ?? notRemovableBecause;
  const changed = info.switches.filter((name) => draft[name] !== contestant.switches[name]);
  return (
    <Paper withBorder p="xs" component="li" style={{ borderLeft: `5px solid ${colour}`, listStyle: 'none' }}>
      <Group justify="space-between" wrap="nowrap" gap="2xs">
        <Text fw={600} size="sm">
          {contestant.label}
        </Text>
        <Group gap="2xs" wrap="nowrap">
          {onEdit && (
            <Tooltip label="Edit the formulas">
              <ActionIcon
                variant="subtle"
                aria-label={`Edit the formulas of ${contestant.label}`}
                disabledBecause={disabledBecause}
                onClick={onEdit}
              >
                <IconPencil size={18} />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label="Explanation and switches">
            <ActionIcon
              variant="subtle"
              aria-label={`Switches of ${contestant.label}`}
              aria-expanded={open}
              aria-controls={panel}
              onClick={() => setOpen(!open)}
            >
              <IconAdjustments size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Remove from the race" disabled={cannotRemove !== null}>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={`Remove ${contestant.label}`}
              disabledBecause={cannotRemove}
              onClick={onRemove}
            >
              <IconX size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Box id={panel}>
        <Collapse expanded={open}>
          <Stack gap="xs" pt="xs">
            <Text size="sm">{info.description}</Text>
            <Code block style={{ whiteSpace: 'pre-wrap' }}>
              {info.equation}
            </Code>
            {info.citation && (
              <Anchor size="xs" href={info.citation.url} underline="always" w="fit-content" lh="24px">
                {info.citation.text}
              </Anchor>
            )}
            {info.switches.map((name) => (
              <SpecField
                key={name}
                spec={SWITCHES[name]}
                value={draft[name]}
                disabledBecause={disabledBecause}
                onChange={(value) => setDraft(changedSwitches(info.id, draft, { [name]: value }))}
              />
            ))}
            {info.switches.length > 0 && (
              <Button
                size="xs"
                variant="light"
                disabledBecause={
                  disabledBecause ?? (changed.length === 0 ? 'Change a switch above first.' : fullBecause)
                }
                onClick={() => {
                  onVariant(
                    Object.fromEntries(changed.map((name) => [name, draft[name]])) as Partial<Switches>,
                  );
                  setDraft(contestant.switches);
                }}
              >
                {changed.length === 0 ? 'Change a switch to race a variant' : 'Race this variant beside it'}
              </Button>
            )}
          </Stack>
        </Collapse>
      </Box>
    </Paper>
  );
}
