/** The paper's full-scale figures: ResNet-18, clean / AutoAttack % (Waseda et al. 2025, Table 3). */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { identityOf, type Identity } from '../charts/identity.ts';

export interface PaperFigures {
  readonly label: string;
  /** Of the contestant that it belongs to: `identityOf`. */
  readonly identity: string;
  readonly clean: number;
  readonly robust: number;
}

const figures = (label: string, identity: string, clean: number, robust: number): PaperFigures => ({
  label,
  identity,
  clean,
  robust,
});

/** LBGAT's figure is of its official code, whose beta on CIFAR-10 is 0. */
const CIFAR10: readonly PaperFigures[] = [
  figures('AT', 'at', 83.77, 42.42),
  figures('TRADES', 'trades', 81.25, 48.54),
  figures('MART', 'mart', 82.15, 47.83),
  figures('LBGAT, β 0', 'lbgat[beta=0]', 85.0, 48.85),
  figures('ARREST', 'arrest', 86.63, 46.14),
  figures('ARAT', 'arat', 87.82, 49.02),
  figures('ARAT+SWA', 'arat-swa', 86.44, 50.28),
];

/** Which beta LBGAT has here the paper does not say: its row is left out. */
const CIFAR100: readonly PaperFigures[] = [
  figures('AT', 'at', 55.82, 19.5),
  figures('TRADES', 'trades', 54.74, 23.6),
  figures('MART', 'mart', 54.54, 26.04),
  figures('ARAT', 'arat', 67.51, 23.38),
  figures('ARAT+SWA', 'arat-swa', 67.17, 24.36),
];

/** What every place that shows the figures has to say of them. */
export const PAPER_ATTACK =
  'The paper’s AutoAttack is that of torchattacks, whose APGD and FAB take 10 steps by default where the standard ' +
  'AutoAttack takes 100: its figures may be looser upper bounds than those of the standard AutoAttack.';

/** Those of the data of a race; null for data that the paper has no figures of, such as synthetic images. */
export function paperFor({ dataset, config }: Pick<RaceResult, 'dataset' | 'config'>): {
  readonly data: string;
  readonly figures: readonly PaperFigures[];
} | null {
  const { cifar, kind } = SOURCES[config.dataset.source];
  const named = kind === 'files' ? /^CIFAR-100?\b/.exec(dataset.provenance)?.[0] : undefined;
  const data = cifar ?? named ?? null;
  if (data === null) return null;
  return { data, figures: data === 'CIFAR-100' ? CIFAR100 : CIFAR10 };
}

/** Of a contestant, whatever its label. */
export const paperFigures = (
  paper: ReturnType<typeof paperFor>,
  contestant: Identity,
): PaperFigures | undefined => paper?.figures.find((p) => p.identity === identityOf(contestant));
