/** Every kind of network: its family, and whether it has a BatchNorm set for each branch. */
export const NETWORKS = [
  ['resnet', true],
  ['resnet', false],
  ['wide', true],
  ['wide', false],
] as const;
