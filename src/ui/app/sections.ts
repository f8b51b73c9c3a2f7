/**
 * The page's sections, in reading order. To add one, add a folder and an entry here: the page links to it, loads its
 * code separately, and shows a message in its place if it fails.
 */
import type { ComponentType } from 'react';
import type { BenchState } from '../workbench/bench-state.ts';

export interface SectionEntry {
  /** The section's anchor in the page's address. */
  readonly id: string;
  /** A word or two for headings and for sentences such as “The section Race cannot be shown”. */
  readonly title: string;
  /** One sentence about what the section shows. */
  readonly lead: string;
  readonly load: () => Promise<{ default: ComponentType }>;
  readonly isShown: (page: BenchState) => boolean;
}

const always = (): boolean => true;

export const SECTIONS: readonly SectionEntry[] = [
  {
    id: 'race',
    title: 'Race',
    lead: 'Accuracy on clean images and under projected gradient descent (PGD).',
    load: () => import('../race/RaceSection.tsx'),
    isShown: always,
  },
  {
    id: 'why',
    title: 'Why',
    lead: 'Do the losses pull the weights the same way? Does batch normalisation (BatchNorm, BN) see a difference?',
    load: () => import('../why/WhySection.tsx'),
    isShown: always,
  },
  {
    id: 'see',
    title: 'Attack',
    lead: 'One image, its attack, and the answer of each model.',
    load: () => import('../see/SeePanel.tsx'),
    isShown: always,
  },
  {
    id: 'judge',
    title: 'Stress test',
    lead: 'Stronger attacks, with intervals and checks.',
    load: () => import('../judge/JudgePanel.tsx'),
    isShown: always,
  },
  {
    id: 'keep',
    title: 'Runs',
    lead: 'Tick runs to compare them. Finished races are kept in this browser.',
    load: () => import('../keep/KeepPanel.tsx'),
    isShown: always,
  },
];

export const shownSections = (page: BenchState, all = SECTIONS): SectionEntry[] =>
  all.filter(({ isShown }) => isShown(page));
