/** Ready networks for the page's picker. */
import type { Contestant, ExperimentConfig } from '../settings/config.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { PRESETS } from './presets.ts';

/**
 * From the quick preset's network to the paper's, in order of cost. The n of ResNet-n counts the layers with weights
 * from input to output, without the shortcuts.
 */
export const NETWORKS: readonly { readonly title: string; readonly network: ExperimentConfig['network'] }[] =
  [
    { title: 'ResNet-8, 16 channels, stride 2 (quick)', network: PRESETS.quick.network },
    { title: 'ResNet-8, 32 channels, stride 2 (demo, standard)', network: PRESETS.demo.network },
    { title: 'ResNet-8, 64 channels, stride 2', network: { ...PRESETS.demo.network, width: 64 } },
    {
      title: 'ResNet-10, 64 channels, stride 2',
      network: { ...PRESETS.demo.network, width: 64, blocks: [1, 1, 1, 1] },
    },
    { title: 'ResNet-10, 64 channels', network: { ...PRESETS.official.network, blocks: [1, 1, 1, 1] } },
    { title: 'ResNet-18, 64 channels (official)', network: PRESETS.official.network },
    {
      title: 'WRN-34-10, 160 channels (official, with λ 100)',
      network: { ...PRESETS.official.network, family: 'wide', width: 160, blocks: [5, 5, 5] },
    },
  ];

/** The title of the ready network with these settings, or null. */
export function networkTitle({
  family,
  width,
  blocks,
  stemStride,
  inputScale,
}: ExperimentConfig['network']): string | null {
  const same = NETWORKS.find(
    ({ network: n }) =>
      n.family === family &&
      n.width === width &&
      n.blocks.join() === blocks.join() &&
      n.stemStride === stemStride &&
      n.inputScale === inputScale,
  );
  return same?.title ?? null;
}

/** ARAT's invariance weight in the official scripts, for CIFAR-10 and CIFAR-100 alike. */
const officialLambda = ({ family }: ExperimentConfig['network']): number => (family === 'wide' ? 100 : 30);

/**
 * `config` with another network. ARAT and ARAT+SWA with the official invariance weight of the present network get the
 * official one of the new network: 30 for ResNets, 100 for wide ones. Any other weight, and one that a label names,
 * stays.
 */
export function withNetwork(
  config: ExperimentConfig,
  network: ExperimentConfig['network'],
): ExperimentConfig {
  const [from, to] = [config.network, network].map(officialLambda);
  const follows = ({ method, switches, label }: Contestant) =>
    (method === 'arat' || method === 'arat-swa') &&
    switches.invarianceWeight === from &&
    !label.includes(SWITCHES.invarianceWeight.variant(from));
  const contestants = config.contestants.map((c) =>
    follows(c) ? { ...c, switches: { ...c.switches, invarianceWeight: to } } : c,
  );
  return { ...config, network, contestants, preset: 'custom' };
}
