import { Box, Group, Menu, Paper, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconMathFunction, IconPlus } from '@tabler/icons-react';
import { memo, useId, useState } from 'react';
import {
  METHOD_IDS,
  MOST_CONTESTANTS as MOST,
  type Contestant,
  type MethodId,
  type Switches,
} from '../../core/settings/config.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { contestant, labelFor } from '../../core/experiments/contestant.ts';
import { stylesOf } from '../charts/identity.ts';
import { Button, type Reason } from '../shared/controls.tsx';
import { LazyPart } from '../shared/LazyPart.tsx';
import { notify } from '../shared/notify.ts';
import { ContestantCard } from './ContestantCard.tsx';

interface Props {
  readonly contestants: readonly Contestant[];
  /** The preset's switches. A contestant's label names the switches that differ from these. */
  readonly base: Switches;
  /** Steps of the training attack, for the cost of a method. */
  readonly attackSteps: number;
  readonly disabledBecause: Reason;
  readonly onChange: (contestants: Contestant[]) => void;
}

/** The list of contestants: adds methods and variants, and removes contestants, with undo for the last removed. */
export const Contestants = memo(function Contestants({
  contestants,
  base,
  attackSteps,
  disabledBecause,
  onChange,
}: Props) {
  const [removed, setRemoved] = useState<{ contestant: Contestant; at: number } | null>(null);
  const [writing, setWriting] = useState(false);
  /** The method that the editor changes, by label, and how often it was opened for one; null: it writes a new one. */
  const [editing, setEditing] = useState<{ readonly label: string; readonly time: number } | null>(null);
  const edited = contestants.find((c) => c.method === 'custom' && c.label === editing?.label) ?? null;
  const editor = useId();
  const styles = stylesOf(contestants);
  const full =
    contestants.length < MOST ? null : `A race can have at most ${MOST} contestants: remove one first.`;
  const add = (method: MethodId, switches: Switches, at = contestants.length) => {
    const label = labelFor(method, switches, base);
    if (contestants.some((c) => c.label === label))
      return notify('warning', `${label} is in the race already.`);
    onChange([...contestants.slice(0, at), { label, method, switches }, ...contestants.slice(at)]);
  };
  return (
    <Stack gap="xs">
      <ul className="contestants" aria-label="Contestants">
        {contestants.map((c, i) => (
          <ContestantCard
            key={c.label}
            contestant={c}
            colour={styles[i].colour}
            disabledBecause={disabledBecause}
            notRemovableBecause={contestants.length > 1 ? null : 'A race needs at least one contestant.'}
            fullBecause={full}
            onEdit={
              c.method === 'custom'
                ? () => {
                    setEditing({ label: c.label, time: (editing?.time ?? 0) + 1 });
                    setWriting(true);
                  }
                : undefined
            }
            onVariant={(change) => add(c.method, { ...c.switches, ...change }, i + 1)}
            onRemove={() => {
              setRemoved({ contestant: c, at: i });
              onChange(contestants.filter((other) => other !== c));
            }}
          />
        ))}
      </ul>
      <Group gap="xs">
        <Menu shadow="md" withinPortal>
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              disabledBecause={disabledBecause ?? full}
            >
              Add a method
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {METHOD_IDS.filter((id) => id !== 'custom').map((id) => (
              <Menu.Item key={id} onClick={() => add(id, contestant(id, {}, base).switches)}>
                {CATALOGUE[id].name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconMathFunction size={14} />}
          aria-expanded={writing}
          aria-controls={editor}
          onClick={() => {
            setEditing(null);
            setWriting(!writing);
          }}
        >
          Your own loss
        </Button>
        {removed && !contestants.some((c) => c.label === removed.contestant.label) && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<IconArrowBackUp size={14} />}
            disabledBecause={disabledBecause ?? full}
            onClick={() => {
              onChange([
                ...contestants.slice(0, removed.at),
                removed.contestant,
                ...contestants.slice(removed.at),
              ]);
              setRemoved(null);
            }}
          >
            Undo: bring back {removed.contestant.label}
          </Button>
        )}
      </Group>
      <Box id={editor} hidden={!writing}>
        {writing && (
          <Paper withBorder p="xs">
            <LazyPart
              key={editing?.time ?? 0}
              name="The editor of your own loss"
              load={() => import('../own-method/OwnMethod.tsx')}
              props={{
                contestants,
                base,
                attackSteps,
                disabledBecause,
                fullBecause: full,
                edited,
                onSave: (own: Contestant) => {
                  onChange(contestants.map((c) => (c === edited ? own : c)));
                  setEditing((e) => e && { ...e, label: own.label });
                  notify('done', `${own.label} is changed.`);
                },
                onRace: (own: Contestant) => {
                  onChange([...contestants, own]);
                  notify('done', `${own.label} is in the race.`);
                },
              }}
              waiting={<Text size="sm">Loading the editor…</Text>}
            />
          </Paper>
        )}
      </Box>
      {contestants.length >= MOST && (
        <Text size="xs" c="dimmed">
          A race can have at most {MOST} contestants.
        </Text>
      )}
    </Stack>
  );
});
