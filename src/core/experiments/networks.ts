/** Ready networks for the page's picker. */
import type { Contestant, ExperimentConfig } from '../settings/config.ts';
import { CATALOGUE } from '../methods/catalogue.ts';
import { recipeFor } from '../methods/method-info.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { PRESETS } from './presets.ts';

type Network = ExperimentConfig['network'];

/**
 * From the quick preset's network to the paper's, in order of cost. The n of ResNet-n counts the layers with weights
 * from input to output, without the shortcuts.
 */
export const NETWORKS: readonly { readonly title: string; readonly network: Network }[] = [
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
export function networkTitle({ family, width, blocks, stemStride, inputScale }: Network): string | null {
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
const officialLambda = ({ family }: Network): number => (family === 'wide' ? 100 : 30);

/** `contestant` with the β of its own code's recipe for the network `to`, if it has that for `from`; its label, too. */
function withOwnBeta(contestant: Contestant, from: Network, to: Network): Contestant {
  const { method, switches, label } = contestant;
  const { ownRecipe } = CATALOGUE[method];
  if (!ownRecipe || switches.recipe !== 'code') return contestant;
  const [before, after] = [from, to].map((network) => recipeFor(ownRecipe, network).beta);
  if (switches.beta !== before || before === after) return contestant;
  const { default: usual, variant } = SWITCHES.beta;
  const words = (beta: number) => (beta === usual ? '' : `, ${variant(beta)}`);
  const { name } = CATALOGUE[method];
  return {
    ...{ ...contestant, switches: { ...switches, beta: after } },
    label: label.replace(`${name}${words(before)}`, `${name}${words(after)}`),
  };
}

/**
 * `config` with another network. ARAT and ARAT+SWA with the official invariance weight of the present network get the
 * official one of the new network: 30 for ResNets, 100 for wide ones. Any other weight, and one that a label names,
 * stays. MART with its own code's recipe gets the β of its code likewise: 5 for ResNets, 6 for wide ones.
 */
export function withNetwork(config: ExperimentConfig, network: Network): ExperimentConfig {
  const [from, to] = [config.network, network].map(officialLambda);
  const follows = ({ method, switches, label }: Contestant) =>
    (method === 'arat' || method === 'arat-swa') &&
    switches.invarianceWeight === from &&
    !label.includes(SWITCHES.invarianceWeight.variant(from));
  const contestants = config.contestants.map((c) =>
    follows(c)
      ? { ...c, switches: { ...c.switches, invarianceWeight: to } }
      : withOwnBeta(c, config.network, network),
  );
  return { ...config, network, contestants, preset: 'custom' };
}
