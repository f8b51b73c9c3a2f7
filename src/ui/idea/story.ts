/** The 60-second story: four captions of at most 25 words. Each sets the switches that it is about. */
import { ALL_PARTS, type Parts } from '../../core/experiments/parts.ts';

export interface Caption {
  readonly text: string;
  readonly parts: Parts;
}

export const STORY: readonly Caption[] = [
  {
    text: 'Changes too small to see fool a network. Training on attacked images x′ helps, but costs accuracy on clean images x.',
    parts: ALL_PARTS,
  },
  {
    text: 'ARAT pulls features of x′ towards those of x. Without stop-gradient, both sides move: look at the gradients’ cosine.',
    parts: { ...ALL_PARTS, stopGradient: false },
  },
  {
    text: 'Split BatchNorm keeps a set for each, in case statistics of x and x′ differ. In these runs they hardly do; here both share one.',
    parts: { ...ALL_PARTS, splitBn: false },
  },
  {
    text: 'Without the term, only two classification losses remain: the control. Compare it with ARAT, then attack the models below.',
    parts: { ...ALL_PARTS, term: false },
  },
];
