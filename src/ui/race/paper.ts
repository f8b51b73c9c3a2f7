/** The paper's full-scale figures: ResNet-18, clean / AutoAttack % (Waseda et al. 2025, Table 3). */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { identityOf, type Identity } from '../charts/identity.ts';

export interface PaperFigures {
  readonly label: string;
  /** `identityOf` of the contestant that has these figures in the paper. */
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

/** The paper's LBGAT figures come from its official code, which uses beta 0 on CIFAR-10. */
const CIFAR10: readonly PaperFigures[] = [
  figures('AT', 'at', 83.77, 42.42),
  figures('TRADES', 'trades', 81.25, 48.54),
  figures('MART', 'mart', 82.15, 47.83),
  figures('LBGAT, β 0', 'lbgat[beta=0]', 85.0, 48.85),
  figures('ARREST', 'arrest', 86.63, 46.14),
  figures('ARAT', 'arat', 87.82, 49.02),
  figures('ARAT+SWA', 'arat-swa', 86.44, 50.28),
];

/** Without LBGAT, because the paper does not say which beta it uses on CIFAR-100. */
const CIFAR100: readonly PaperFigures[] = [
  figures('AT', 'at', 55.82, 19.5),
  figures('TRADES', 'trades', 54.74, 23.6),
  figures('MART', 'mart', 54.54, 26.04),
  figures('ARAT', 'arat', 67.51, 23.38),
  figures('ARAT+SWA', 'arat-swa', 67.17, 24.36),
];

/** A caveat that must appear wherever these figures are shown. */
export const PAPER_ATTACK =
  'The paper’s AutoAttack is that of torchattacks, whose APGD and FAB take 10 steps by default where the standard ' +
  'AutoAttack takes 100: its figures may be looser upper bounds than those of the standard AutoAttack.';

/** What the paper's points in a plane are, for below it and for the captions of its exports. */
export const PAPER_NOTE = `Dashed rings: the paper’s results, another experiment (ResNet-18, 50,000 images, 100 epochs, AutoAttack). ${PAPER_ATTACK}`;

/** The paper's figures for the dataset of a race; null if the paper has none for it, as for synthetic images. */
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

/** The paper's figures of a contestant, found by its method and switches, not by its label. */
export const paperFigures = (
  paper: ReturnType<typeof paperFor>,
  contestant: Identity,
): PaperFigures | undefined => paper?.figures.find((p) => p.identity === identityOf(contestant));
