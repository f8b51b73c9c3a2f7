/** A form for the visitor's own method, written as formulas, which is then added to the race. Loaded on demand. */
import { Box, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
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
  const arat = CATALOGUE.arat.passes(attackSteps, draft as Switches);
  return (
    <Stack gap={6} data-testid="own-method-summary">
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

export default function OwnMethod({ contestants, base, attackSteps, disabledBecause, onRace }: Props) {
  const [draft, setDraft] = useState<OwnSwitches>(EXAMPLES.trades.switches);
  const [name, setName] = useState(nameOf('trades'));
  const wrong = FORMULAS.find((formula) => formulaFault(SWITCHES[formula], draft[formula]) !== null);
  const own = wrong === undefined ? ownMethodOf(draft) : null;
  const label = name.trim();
  const taken = contestants.some((c) => c.label === label);
  const notYet: Reason =
    wrong !== undefined
      ? `The ${SWITCHES[wrong].label.toLowerCase()} is not a formula yet: see the sentence below it.`
      : label === ''
        ? 'Give the method a name first.'
        : taken
          ? `${label} is in the race already: give this one another name.`
          : null;
  const current = exampleOf(draft);
  return (
    <Stack gap="sm" component="section" aria-label="Your own loss">
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
          setName(nameOf(id));
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
      <Button
        size="xs"
        w="fit-content"
        disabledBecause={disabledBecause ?? notYet}
        onClick={() => onRace({ label, method: 'custom', switches: { ...base, ...draft } })}
      >
        Race it
      </Button>
    </Stack>
  );
}
