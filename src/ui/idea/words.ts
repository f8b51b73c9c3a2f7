/** The words of the first screen. */
import { PART_NAMES, type PartName, type Parts } from '../../core/experiments/parts.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';

export const PART_WORDS: Readonly<Record<PartName, { readonly label: string; readonly help: string }>> = {
  splitBn: SWITCHES.splitBn,
  stopGradient: SWITCHES.stopGradient,
  predictor: SWITCHES.predictor,
  autoBalance: SWITCHES.autoBalance,
  term: {
    label: 'Invariance term',
    help: 'Pulls the features of attacked images towards those of clean ones; off, only the two classification losses remain.',
  },
};

const OFF: Readonly<Record<PartName, string>> = {
  splitBn: 'split BN',
  stopGradient: 'stop-gradient',
  predictor: 'predictor',
  autoBalance: 'auto-balance',
  term: 'the invariance term',
};

/** `ARAT`, `ARAT without predictor and auto-balance`. */
export function partsInWords(parts: Parts): string {
  const off = PART_NAMES.filter(
    (name) => !parts[name] && (parts.term || (name !== 'stopGradient' && name !== 'predictor')),
  ).map((name) => OFF[name]);
  if (off.length === 0) return 'ARAT';
  const last = off.pop()!;
  return `ARAT without ${off.length > 0 ? `${off.join(', ')} and ${last}` : last}`;
}
