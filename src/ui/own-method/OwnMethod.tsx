/** A form for the visitor's own method, written as formulas, which is then added to the race. Loaded on demand. */
import { Box, Group, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { EXAMPLE_IDS, EXAMPLES, type ExampleId, type OwnSwitches } from '../../core/formula/examples.ts';
import { oddities, ownMethodOf, passCount, type OwnMethod as Own } from '../../core/formula/own-method.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import type { Contestant, Switches } from '../../core/settings/config.ts';
import { formulaFault } from '../../core/settings/schema.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { SpecField } from '../experiment/SpecField.tsx';
import { Button, NativeSelect, type Reason } from '../shared/controls.tsx';
import { FormulaField } from './FormulaField.tsx';
import { attackMathematics, firstMathematics, secondMathematics } from './mathematics.ts';
import { Vocabulary } from './Vocabulary.tsx';

interface Props {
  readonly contestants: readonly Contestant[];
  readonly base: Switches;
  readonly attackSteps: number;
  readonly disabledBecause: Reason;
  /** Why no contestant can be added. */
  readonly fullBecause: Reason;
  /** The contestant that the editor opens with and can change; null: it writes a new one. */
  readonly edited: Contestant | null;
  readonly onSave: (contestant: Contestant) => void;
  readonly onRace: (contestant: Contestant) => void;
}

const FORMULAS = ['attackObjective', 'firstTerm', 'secondTerm'] as const;
const OTHERS = ['splitBn', 'alignedLayers', 'attackStart', 'attackMode'] as const;
/** Examples that are also built-in methods; those already use these names in the race. */
const BUILT_IN: readonly ExampleId[] = ['at', 'trades', 'mart', 'arat'];

const nameOf = (id: ExampleId): string =>
  BUILT_IN.includes(id) ? `${EXAMPLES[id].name} (formula)` : EXAMPLES[id].name;

/** The example that `draft` equals; null if it was edited. */
const exampleOf = (draft: OwnSwitches): ExampleId | null =>
  EXAMPLE_IDS.find((id) =>
    [...FORMULAS, ...OTHERS].every((name) => EXAMPLES[id].switches[name] === draft[name]),
  ) ?? null;

/** The method as mathematics, its cost, and warnings about parts that are probably not intended. */
function Summary({ own, draft, attackSteps }: { own: Own; draft: OwnSwitches; attackSteps: number }) {
  const passes = passCount(own, draft.splitBn, attackSteps);
  const arat = CATALOGUE.arat.passes(attackSteps, draft as Switches, 1);
  return (
    <Stack gap="xs" data-testid="own-method-summary">
      <Box tabIndex={0} role="group" aria-label="The method as mathematics" style={{ overflowX: 'auto' }}>
        {attackMathematics(own.objective)}
        {firstMathematics(own.first)}
        {own.second && secondMathematics(own.second)}
      </Box>
      <Text size="xs" c="dimmed">
        A training step takes about {passes} network passes per image; ARAT takes {arat}.
      </Text>
      {oddities(own, draft.splitBn).map((text) => (
        <Text key={text} size="xs" c="orange.8">
          {text}
        </Text>
      ))}
    </Stack>
  );
}

/** The switches of a contestant that make up its method. */
const draftOf = ({ switches }: Contestant): OwnSwitches =>
  Object.fromEntries([...FORMULAS, ...OTHERS].map((name) => [name, switches[name]])) as OwnSwitches;

export default function OwnMethod(props: Props) {
  const { contestants, base, attackSteps, disabledBecause, fullBecause, edited, onSave, onRace } = props;
  const [draft, setDraft] = useState<OwnSwitches>(edited ? draftOf(edited) : EXAMPLES.trades.switches);
  const [name, setName] = useState(edited?.label ?? nameOf('trades'));
  const section = useRef<HTMLDivElement>(null);
  // The editor is below the list of contestants, where the button was pressed that opened it.
  const [opened] = useState(edited);
  useEffect(() => {
    if (opened) section.current?.focus();
  }, [opened]);
  const wrong = FORMULAS.find((formula) => formulaFault(SWITCHES[formula], draft[formula]) !== null);
  const own = wrong === undefined ? ownMethodOf(draft) : null;
  const label = name.trim();
  const takenBy = contestants.find((c) => c.label === label);
  const taken = `${label} is in the race already: give this one another name.`;
  const notYet: Reason =
    wrong !== undefined
      ? `The ${SWITCHES[wrong].label.toLowerCase()} is not a formula yet: see the sentence below it.`
      : label === ''
        ? 'Give the method a name first.'
        : null;
  const written = { label, method: 'custom' as const, switches: { ...(edited?.switches ?? base), ...draft } };
  const changed =
    edited !== null && (label !== edited.label || JSON.stringify(draft) !== JSON.stringify(draftOf(edited)));
  const current = exampleOf(draft);
  return (
    <Stack ref={section} gap="sm" component="section" aria-label="Your own loss" tabIndex={-1}>
      <NativeSelect
        size="xs"
        label="Start from"
        description={current ? EXAMPLES[current].words : 'An example that you have changed.'}
        value={current ?? 'own'}
        data={[
          ...EXAMPLE_IDS.map((id) => ({ value: id, label: EXAMPLES[id].name })),
          ...(current === null ? [{ value: 'own', label: 'Your own' }] : []),
        ]}
        onChange={(e) => {
          const id = e.currentTarget.value as ExampleId | 'own';
          if (id === 'own') return;
          setDraft(EXAMPLES[id].switches);
          if (!edited) setName(nameOf(id));
        }}
      />
      {FORMULAS.map((formula) => (
        <FormulaField
          key={formula}
          spec={SWITCHES[formula]}
          value={draft[formula]}
          onChange={(text) => setDraft({ ...draft, [formula]: text })}
        />
      ))}
      <Vocabulary />
      {OTHERS.map((other) => (
        <SpecField
          key={other}
          spec={SWITCHES[other]}
          value={draft[other]}
          disabledBecause={null}
          onChange={(value) => setDraft({ ...draft, [other]: value })}
        />
      ))}
      {own && <Summary own={own} draft={draft} attackSteps={attackSteps} />}
      <TextInput
        size="xs"
        label="Name in the race"
        value={name}
        maxLength={80}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Group gap="xs">
        {edited && (
          <Button
            size="xs"
            disabledBecause={
              disabledBecause ??
              notYet ??
              (takenBy && takenBy !== edited ? taken : changed ? null : 'Nothing is changed yet.')
            }
            onClick={() => onSave(written)}
          >
            Change {edited.label}
          </Button>
        )}
        <Button
          size="xs"
          variant={edited ? 'default' : 'filled'}
          disabledBecause={disabledBecause ?? fullBecause ?? notYet ?? (takenBy ? taken : null)}
          onClick={() => onRace(written)}
        >
          {edited ? 'Race it as another' : 'Race it'}
        </Button>
      </Group>
    </Stack>
  );
}
