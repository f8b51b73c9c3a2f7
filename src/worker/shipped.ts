/** The trained models that come with the page: loaded when asked for, and attacked on images that the page has. */
import { attackExample } from '../core/analysis/attack-example.ts';
import { attackById } from '../core/attacks/registry.ts';
import { download } from '../core/data/http.ts';
import { IMAGE_BYTES } from '../core/data/dataset.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { importWeights } from '../core/nn/weights.ts';
import { ResNet } from '../core/nn/resnet.ts';
import type { LogitsFn, NetworkSpec } from '../core/nn/types.ts';
import { answer, listening } from './examples.ts';
import type { ShippedModel, ShippedRequest, ShippedView } from './viewer.ts';

/** A request fails after so many milliseconds without data. */
const STALL_MS = 15_000;
/** Far above the size of a shipped model, 0.2 MB. */
const MOST_BYTES = 16 * 2 ** 20;

export class ShippedModels {
  private readonly networks = new Map<string, ResNet>();
  private readonly files = new Map<string, Promise<Uint8Array>>();

  /** `baseUrl`: address of the page, to which the models' files are relative. */
  constructor(
    private readonly baseUrl: string,
    private readonly fetchFile: typeof fetch = (...args) => globalThis.fetch(...args),
  ) {}

  private fileOf(path: string): Promise<Uint8Array> {
    const known = this.files.get(path);
    if (known) return known;
    const url = new URL(path, this.baseUrl).href;
    const loading = download(url, MOST_BYTES, { fetch: this.fetchFile, stallMs: STALL_MS });
    this.files.set(path, loading);
    // After a failure, the next request tries again.
    loading.catch(() => this.files.delete(path));
    return loading;
  }

  /** The network with the weights of `model`; stays this object's. Rejects with one sentence if there are none. */
  private async networkOf({ file, spec }: ShippedModel): Promise<ResNet> {
    const bytes = await this.fileOf(file);
    const known = this.networks.get(file);
    if (known) return known;
    const network = new ResNet(spec as NetworkSpec, 0);
    try {
      importWeights(network, readSafetensors(bytes));
    } catch (error) {
      network.dispose();
      throw error;
    }
    this.networks.set(file, network);
    return network;
  }

  /**
   * Attacks one image under each model, white-box, with PGD on the cross-entropy: the evaluation's attack. Rejects with
   * one sentence if a model cannot be loaded or the image has another size.
   */
  async attack({ models, image, label, eps, steps, seed }: ShippedRequest): Promise<ShippedView[]> {
    if (image.length !== IMAGE_BYTES)
      throw new Error(`An image has ${IMAGE_BYTES} bytes; this one has ${image.length}.`);
    // All downloads at once, then one attack after the other on the one device.
    await Promise.all(models.map(({ file }) => this.fileOf(file)));
    const x = Float32Array.from(image, (byte) => byte / 255);
    const attack = attackById('pgd-20');
    const views: ShippedView[] = [];
    for (const model of models) {
      const network = await this.networkOf(model);
      const logits: LogitsFn = (input) => network.forward(input, { branch: 'adv', mode: 'eval' }).logits;
      const { adversarial, cleanLogits, attackedLogits } = await attackExample(
        {
          logits,
          classes: network.classes,
          x,
          label,
          threat: { norm: 'linf', eps },
          seed,
          pace: listening(),
        },
        attack,
        { iterations: steps, restarts: 1, targets: 0 },
      );
      views.push({
        file: model.file,
        perturbation: adversarial.map((value, i) => value - x[i]),
        adversarial: Uint8Array.from(adversarial, (value) => Math.round(value * 255)),
        clean: answer(cleanLogits),
        attacked: answer(attackedLogits),
      });
    }
    return views;
  }

  /** Frees the networks; the files stay, so that the next attack downloads nothing. */
  dispose(): void {
    for (const network of this.networks.values()) network.dispose();
    this.networks.clear();
  }
}
