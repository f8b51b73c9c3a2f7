import { Alert, Badge, Button, Group, Text } from '@mantine/core';
import type { RaceResult } from '../../core/result/results.ts';
import { trainingTime } from '../race/cost-words.ts';
import { BackToRace } from '../shared/BackToRace.tsx';
import { Fold } from '../shared/Fold.tsx';
import { LeftOutNote } from '../shared/LeftOutNote.tsx';
import { usePage } from '../state/store.ts';
import { loadSettings } from './load-settings.ts';

/**
 * `preset quick, 4 classes, 4,000 training images, width 32, 8 epochs of batch 64, attack PGD-5 at ε 8/255, seed 0`.
 */
export function describeConfig({ config }: Pick<RaceResult, 'config'>): string {
  const { dataset, network, optimiser, attack, precision, seed, repeats } = config;
  return [
    `preset ${config.preset}`,
    `${dataset.classes.length} classes`,
    `${dataset.trainSize.toLocaleString('en')} training images`,
    `width ${network.width}`,
    `${optimiser.epochs} epochs of batch ${optimiser.batchSize}`,
    `attack PGD-${attack.steps} at ε ${Math.round(attack.eps * 255)}/255`,
    ...(precision === 'float16' ? ['convolutions in half precision'] : []),
    repeats > 1 ? `${repeats} seeds from ${seed} on` : `seed ${seed}`,
  ].join(', ');
}

const KINDS = {
  recorded: {
    badge: 'Recorded run',
    colour: 'grape',
    words: 'This run was recorded earlier, not trained on your machine.',
  },
  saved: { badge: 'Saved run', colour: 'teal', words: 'This run was kept in this browser.' },
} as const;

/** Says that the figures are of a recorded or saved run and with which settings, or that nothing is shown yet. */
export function ShownBanner() {
  const shown = usePage((s) => s.shown);
  // Select only these views: a running race has a new one every second, and each would render again.
  const view = usePage((s) => (s.shown === 'recorded' || s.shown === 'saved' ? s.view : null));
  const name = usePage((s) => s.shownName);
  if (shown === 'nothing')
    return (
      <Alert color="blue" title="Nothing is shown yet">
        Choose a preset and press Train: the charts fill in while the models learn.
      </Alert>
    );
  if (!view || (shown !== 'recorded' && shown !== 'saved')) return null;
  const { badge, colour, words } = KINDS[shown];
  const time = trainingTime(view.runs);
  return (
    <Alert color={colour} variant="light">
      <Group gap="sm" align="center">
        <Badge color={colour} variant="filled" autoContrast>
          {badge}
        </Badge>
        {name && <Text fw={600}>{name}</Text>}
        <LeftOutNote result={view} />
        <Button size="xs" variant="default" onClick={() => void loadSettings(view.config)}>
          Load these settings
        </Button>
        <BackToRace />
        <Fold id="origin" title="Settings and device">
          <Text size="sm">
            {words} {view.dataset.provenance}; {describeConfig(view)}; {view.backend}, {view.device};{' '}
            {view.finishedAt.slice(0, 10)}
            {view.commit ? `, commit ${view.commit}` : ''}
            {time ? `; the training steps took ${time} in all` : ''}.
          </Text>
        </Fold>
      </Group>
    </Alert>
  );
}
