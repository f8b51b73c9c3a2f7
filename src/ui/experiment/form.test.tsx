/** The form as the page first shows it has every setting of the table. */
import { Accordion, Collapse, createTheme, MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, test, vi } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { METHOD_IDS } from '../../core/settings/config.ts';
import type { Spec } from '../../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS } from '../../core/settings/specs.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { otherValue } from '../../core/settings/testing/setting-values.ts';
import { ContestantCard } from './ContestantCard.tsx';
import { edited } from './edited.ts';
import { ExperimentPanel } from './ExperimentPanel.tsx';

// Globals that the build or the browser defines, before the store is imported.
vi.hoisted(() =>
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
    // An earlier visit has left the settings open.
    localStorage: { getItem: (key: string) => (key === 'arat-folds' ? '{"experiment":true}' : null) },
  }),
);

/** Folded parts are rendered as well. */
const unfolded = { keepMountedMode: 'display-none' } as const;
const theme = createTheme({
  components: {
    Accordion: Accordion.extend({ defaultProps: unfolded }),
    Collapse: Collapse.extend({ defaultProps: unfolded }),
  },
});

const texts = (element: React.ReactElement): string[] =>
  renderToStaticMarkup(<MantineProvider theme={theme}>{element}</MantineProvider>)
    .split(/<[^>]*>/)
    .map((text) => text.replaceAll('&#x27;', "'").replaceAll('&amp;', '&').trim());

/** The words of a setting that the form shows: its label, its help, and the words of its choices. */
const wordsOf = (spec: Spec): string[] => [
  spec.label,
  spec.help,
  ...(spec.kind === 'choice' ? spec.choices.map(({ words }) => words) : []),
];

const panel = texts(<ExperimentPanel />);
test.each(SETTING_PATHS)(
  'given %s, when the experiment is shown, then the form has its label, help and choices',
  (path) => {
    expect(panel).toEqual(expect.arrayContaining(wordsOf(SETTINGS[path])));
  },
);

test.each(METHOD_IDS)(
  'given %s, when its card is shown, then it has the switches that the method reads and no others',
  (id) => {
    const card = texts(
      <ContestantCard
        contestant={contestant(id)}
        colour="#000"
        disabledBecause={null}
        notRemovableBecause={null}
        fullBecause={null}
        onVariant={() => {}}
        onRemove={() => {}}
      />,
    );
    const shown = Object.entries<Spec>(SWITCHES).filter(([, spec]) => card.includes(spec.label));
    expect(shown.map(([name]) => name).sort()).toEqual([...CATALOGUE[id].switches].sort());
    for (const [, spec] of shown) expect(card).toEqual(expect.arrayContaining(wordsOf(spec)));
  },
);

describe('an edit in the form', () => {
  it.each(SETTING_PATHS)(
    'given %s, when edited, then the preset becomes custom, unless it is the number of seeds',
    (path) => {
      const { preset } = edited(PRESETS.demo, path, otherValue(SETTINGS[path]));
      expect(preset).toBe(path === 'repeats' ? 'demo' : 'custom');
    },
  );

  it('given no milestones, when the step schedule is chosen, then it gets the official ones; given chosen ones, then they stay', () => {
    const step = edited(PRESETS.demo, 'optimiser.schedule', 'step');
    expect(step.optimiser).toMatchObject({ schedule: 'step', milestones: [0.75, 0.9] });
    const own = edited(step, 'optimiser.milestones', [0.5]);
    const again = edited(edited(own, 'optimiser.schedule', 'cosine'), 'optimiser.schedule', 'step');
    expect(again.optimiser.milestones).toEqual([0.5]);
    expect(edited(own, 'optimiser.milestones', []).optimiser.milestones).toEqual([]);
  });
});
