/** The switches in words: label and what the part does, in the paper's terms. */
import type { SwitchName } from '../../core/settings/config.ts';

export const SWITCH_WORDS: Readonly<Record<SwitchName, { label: string; help: string }>> = {
  splitBn: {
    label: 'Split BatchNorm',
    help: 'Clean and adversarial images each keep their own statistics. Off: one shared mixture.',
  },
  stopGradient: {
    label: 'Stop-gradient',
    help: 'The invariance term moves only the adversarial features. Off: both sides are pulled.',
  },
  predictor: {
    label: 'Predictor',
    help: 'A small MLP maps adversarial features to clean ones. Off: they must be equal.',
  },
  autoBalance: {
    label: 'Auto-balance',
    help: 'Weights the adversarial loss by the clean training accuracy. Off: half and half.',
  },
  invarianceWeight: {
    label: 'Invariance weight λ',
    help: '4 in short runs, 30 in the paper. 0 is the control without the term.',
  },
  metric: { label: 'Distance', help: 'Between clean and adversarial features.' },
  alignedLayers: { label: 'Aligned layers', help: 'Stages whose features are aligned. The paper: the last.' },
  officialAliasing: {
    label: 'Official in-place start',
    help: 'The official code adds the random start to the clean batch itself.',
  },
  attackUpdatesStatistics: {
    label: 'Attack moves statistics',
    help: 'The official attack steps update the running statistics.',
  },
  beta: { label: 'β', help: 'Weight of the KL term; 6 in the papers.' },
  noisyReplay: {
    label: 'Noisy replay',
    help: 'Images whose representation has moved far are replaced by noisy clean ones.',
  },
  averageFrom: {
    label: 'Average from',
    help: 'Share of the epochs after which the weights are averaged.',
  },
};

export const CHOICE_WORDS: Readonly<Record<string, string>> = {
  cosine: '1 − cosine',
  mse: 'Mean squared error',
  last: 'Last stage',
  lastTwo: 'Last two stages',
  all: 'All stages',
};
