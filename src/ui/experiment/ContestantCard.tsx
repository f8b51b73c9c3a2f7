import {
  ActionIcon,
  Anchor,
  Box,
  Button,
  Code,
  Collapse,
  Group,
  NativeSelect,
  Paper,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconAdjustments, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import {
  SwitchesSchema,
  type Contestant,
  type SwitchName,
  type Switches,
} from '../../core/settings/config.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { styleOf } from '../theme/theme.ts';
import { NumberField, SwitchField } from './fields.tsx';
import { CHOICE_WORDS, SWITCH_WORDS } from './switch-words.ts';

interface Props {
  readonly contestant: Contestant;
  readonly index: number;
  readonly disabled: boolean;
  readonly removable: boolean;
  readonly canAdd: boolean;
  /** Adds a contestant with this switch changed, beside this one. */
  readonly onVariant: (change: Partial<Switches>) => void;
  readonly onRemove: () => void;
}

const NUMBER_LIMITS: Partial<Record<SwitchName, { max: number; step: number; decimals: number }>> = {
  invarianceWeight: { max: 1000, step: 1, decimals: 2 },
  beta: { max: 100, step: 0.5, decimals: 2 },
};

function SwitchControl({
  name,
  value,
  disabled,
  onChange,
}: {
  name: SwitchName;
  value: Switches[SwitchName];
  disabled: boolean;
  onChange: (value: Switches[SwitchName]) => void;
}) {
  const { label, help } = SWITCH_WORDS[name];
  if (typeof value === 'boolean')
    return <SwitchField label={label} help={help} checked={value} disabled={disabled} onChange={onChange} />;
  if (typeof value === 'number')
    return (
      <NumberField
        label={label}
        help={help}
        value={value}
        min={0}
        {...NUMBER_LIMITS[name]!}
        disabled={disabled}
        onChange={onChange}
      />
    );
  const schema = SwitchesSchema.entries[name];
  const options = 'options' in schema ? schema.options : [];
  return (
    <NativeSelect
      size="xs"
      label={label}
      description={help}
      value={value}
      disabled={disabled}
      data={options.map((o) => ({ value: o, label: CHOICE_WORDS[o] ?? o }))}
      onChange={(e) => onChange(e.currentTarget.value as Switches[SwitchName])}
    />
  );
}

/** One contestant: its name and colour, its equation and switches; a changed switch becomes a variant that races beside it. */
export function ContestantCard({
  contestant,
  index,
  disabled,
  removable,
  canAdd,
  onVariant,
  onRemove,
}: Props) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState<Switches>(contestant.switches);
  const panel = useId();
  const info = CATALOGUE[contestant.method];
  const changed = info.switches.filter((name) => draft[name] !== contestant.switches[name]);
  return (
    <Paper
      withBorder
      p="xs"
      component="li"
      style={{ borderLeft: `5px solid ${styleOf(index).colour}`, listStyle: 'none' }}
    >
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text fw={600} size="sm">
          {contestant.label}
        </Text>
        <Group gap={4} wrap="nowrap">
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
          <Tooltip label="Remove from the race">
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={`Remove ${contestant.label}`}
              disabled={disabled || !removable}
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
            <Anchor size="xs" href={info.citation.url} underline="always">
              {info.citation.text}
            </Anchor>
            {info.switches.map((name) => (
              <SwitchControl
                key={name}
                name={name}
                value={draft[name]}
                disabled={disabled}
                onChange={(value) => setDraft({ ...draft, [name]: value })}
              />
            ))}
            {info.switches.length > 0 && (
              <Button
                size="xs"
                variant="light"
                disabled={disabled || changed.length === 0 || !canAdd}
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
