/** The paper's full-scale figures: ResNet-18, clean / AutoAttack % (Waseda et al. 2025, Table 3). */
import type { RaceResult } from '../../core/result/results.ts';
import { cifarOf } from '../storage/record.ts';

export interface PaperFigures {
  readonly label: string;
  readonly clean: number;
  readonly robust: number;
}

const CIFAR10: readonly PaperFigures[] = [
  { label: 'AT', clean: 83.77, robust: 42.42 },
  { label: 'TRADES', clean: 81.25, robust: 48.54 },
  { label: 'MART', clean: 82.15, robust: 47.83 },
  { label: 'LBGAT', clean: 85.0, robust: 48.85 },
  { label: 'ARREST', clean: 86.63, robust: 46.14 },
  { label: 'ARAT', clean: 87.82, robust: 49.02 },
  { label: 'ARAT+SWA', clean: 86.44, robust: 50.28 },
];

const CIFAR100: readonly PaperFigures[] = [
  { label: 'AT', clean: 55.82, robust: 19.5 },
  { label: 'TRADES', clean: 54.74, robust: 23.6 },
  { label: 'MART', clean: 54.54, robust: 26.04 },
  { label: 'LBGAT', clean: 65.87, robust: 23.19 },
  { label: 'ARAT', clean: 67.51, robust: 23.38 },
  { label: 'ARAT+SWA', clean: 67.17, robust: 24.36 },
];

/** Those of the data that a race was run on; CIFAR-10's beside synthetic images. */
export function paperFor(race: Pick<RaceResult, 'dataset'>): {
  readonly data: string;
  readonly figures: readonly PaperFigures[];
} {
  const data = cifarOf(race);
  return { data, figures: data === 'CIFAR-100' ? CIFAR100 : CIFAR10 };
}
