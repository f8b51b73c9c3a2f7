/** The paper's full-scale figures: CIFAR-10, ResNet-18, clean / AutoAttack % (Waseda et al. 2025, Table 3). */
export const PAPER = [
  { label: 'AT', clean: 83.77, robust: 42.42 },
  { label: 'TRADES', clean: 81.25, robust: 48.54 },
  { label: 'MART', clean: 82.15, robust: 47.83 },
  { label: 'LBGAT', clean: 85.0, robust: 48.85 },
  { label: 'ARREST', clean: 86.63, robust: 46.14 },
  { label: 'ARAT', clean: 87.82, robust: 49.02 },
  { label: 'ARAT+SWA', clean: 86.44, robust: 50.28 },
] as const;
