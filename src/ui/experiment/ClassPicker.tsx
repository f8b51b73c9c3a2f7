/** Chooses the classes of the experiment: chips for up to ten; for CIFAR-100, chips that a filter narrows down. */
import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SETTINGS } from '../../core/settings/specs.ts';
import { Button, Chip, type Reason } from '../shared/controls.tsx';

interface Props {
  /** Names by class index. */
  readonly names: readonly string[];
  /** Indices, ascending. */
  readonly chosen: readonly number[];
  readonly disabledBecause: Reason;
  readonly onChange: (chosen: number[]) => void;
}

/** The largest number of classes whose chips are all shown. */
const FEW = 10;

/** e.g. `aquarium_fish` -> `aquarium fish`. */
const readable = (name: string) => name.replaceAll('_', ' ');

function Chips({
  names,
  chosen,
  disabledBecause,
  onChange,
  shown,
}: Props & { readonly shown: readonly number[] }) {
  const hidden = chosen.filter((i) => !shown.includes(i));
  return (
    <Chip.Group
      multiple
      value={chosen.map(String)}
      onChange={(values) => {
        if (disabledBecause !== null) return;
        // Chosen classes that the filter hides stay chosen.
        const next = [...new Set([...values.map(Number), ...hidden])].sort((a, b) => a - b);
        if (next.length >= SETTINGS['dataset.classes'].shortest) onChange(next);
      }}
    >
      <Group gap="2xs" role="group" aria-labelledby="classes-label">
        {shown.map((i) => (
          <Chip key={i} value={String(i)} size="xs" disabledBecause={disabledBecause}>
            {readable(names[i])}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function Folded(props: Props) {
  const { names, chosen, disabledBecause, onChange } = props;
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = names.flatMap((name, i) => (readable(name).toLowerCase().includes(wanted) ? [i] : []));
  return (
    <>
      <Text size="xs" c="dimmed">
        {chosen.length} of {names.length} chosen:{' '}
        {chosen
          .slice(0, 6)
          .map((i) => readable(names[i] ?? `class ${i}`))
          .join(', ')}
        {chosen.length > 6 && ', …'}
      </Text>
      <Group gap="2xs">
        <Button
          size="compact-xs"
          variant="default"
          disabledBecause={disabledBecause}
          onClick={() => onChange(names.map((_, i) => i))}
        >
          All {names.length}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          disabledBecause={disabledBecause}
          onClick={() => onChange(names.slice(0, FEW).map((_, i) => i))}
        >
          First {FEW}
        </Button>
      </Group>
      <details>
        <summary className="small-summary">Choose single classes</summary>
        <Stack gap="xs" mt="xs">
          <TextInput
            size="xs"
            label="Find a class"
            value={filter}
            onChange={(e) => setFilter(e.currentTarget.value)}
          />
          <div
            style={{ maxHeight: 220, overflowY: 'auto' }}
            tabIndex={0}
            role="group"
            aria-label="Classes found"
          >
            {shown.length > 0 ? (
              <Chips {...props} shown={shown} />
            ) : (
              <Text size="xs">No class is called “{filter}”.</Text>
            )}
          </div>
        </Stack>
      </details>
    </>
  );
}

export function ClassPicker(props: Props) {
  const { names } = props;
  const { label, help } = SETTINGS['dataset.classes'];
  return (
    <Stack gap="2xs">
      <Text size="xs" fw={500} id="classes-label">
        {label}
      </Text>
      <Text size="xs" c="dimmed">
        {help}
      </Text>
      {names.length > FEW ? <Folded {...props} /> : <Chips {...props} shown={names.map((_, i) => i)} />}
    </Stack>
  );
}
