import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { INITIAL, type BenchState } from '../workbench/bench-state.ts';

const page = vi.hoisted(() => ({ state: null as unknown }));
// The store's own hook gives a page rendered to text the first state alone.
vi.mock('../state/store.ts', () => ({ usePage: (select: (s: unknown) => unknown) => select(page.state) }));
const { ProgressLine } = await import('./ProgressLine.tsx');

function line(state: Partial<BenchState>): string {
  page.state = { ...INITIAL, ...state };
  return renderToStaticMarkup(createElement(MantineProvider, null, createElement(ProgressLine)));
}

const of = (epochs: number, contestants = PRESETS.quick.contestants) => ({
  ...PRESETS.quick,
  contestants,
  optimiser: { ...PRESETS.quick.optimiser, epochs },
});
const progress: BenchState['progress'] = {
  type: 'progress',
  runId: 'r',
  epoch: 2,
  step: 5,
  stepsDone: 5,
  stepsTotal: 10,
  contestant: 'AT',
  phase: 'train',
  imagesPerSecond: 10,
  secondsLeft: 5,
  loss: null,
};
const RACING = { race: 'running', raceConfig: of(7), progress } as const;

test.each([
  [
    'a recorded run of other epochs is shown',
    { shown: 'recorded' as const, view: sampleRace({ epochs: 1 }) },
  ],
  ['the settings shown have other epochs', { config: of(50) }],
  ['both', { config: of(50), shown: 'saved' as const, view: sampleRace({ epochs: 1 }) }],
])('given a race of 7 epochs, when %s, then the line says “epoch 3 of 7”', (_, other) => {
  expect(line({ ...RACING, ...other })).toContain('epoch 3 of 7');
});

test('given a contestant that trains as long as ARAT costs, when another run is shown, then the line has that contestant’s epochs', () => {
  const at = contestant('at', { matchArat: true });
  const raceConfig = of(6, [at, contestant('arat')]);
  const words = line({
    ...RACING,
    raceConfig,
    progress: { ...progress, contestant: at.label },
    shown: 'recorded',
    view: sampleRace({ epochs: 1 }),
  });
  expect(Number(/epoch 3 of (\d+)/.exec(words)?.[1])).toBeGreaterThan(6);
});

test('given a race that was stopped before it began, then the line says “Stopped”; given none, then there is no line', () => {
  expect(line({ race: 'stopped' })).toContain('Stopped');
  expect(line({})).not.toContain('Progress of training');
});
