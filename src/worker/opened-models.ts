/** Models that the visitor opened from weight files. Their weights stay on the host; networks are made when needed. */
import type { ExperimentConfig } from '../core/settings/config.ts';
import { outputsFor, type ModelAnswers } from '../core/nn/model-answers.ts';
import {
  amongClasses,
  inspectWeights,
  networkOf,
  readOwnModel,
  type OwnModel,
} from '../core/nn/own-model.ts';
import type { ResNet } from '../core/nn/resnet.ts';
import { blobFile } from '../core/nn/safetensors.ts';
import { fileDigest, startWeights, type StartWeights } from '../core/nn/start-weights.ts';
import type { NetworkSpec } from '../core/nn/types.ts';
import type { ModelSummary, WeightsSummary } from './api.ts';
import type { Subject } from './subjects.ts';

interface Opened {
  readonly label: string;
  readonly model: OwnModel;
  /** Its weights for a race that starts from them; null where the browser computes no SHA-256. */
  readonly start: StartWeights | null;
  /** Networks on the device, by the outputs that they have. */
  readonly networks: Map<string, { readonly subject: Subject; readonly network: ResNet }>;
}

export class OpenedModels {
  private readonly models = new Map<string, Opened>();

  /** What the header of a weight file tells. Rejects with one sentence if no network is found in it. */
  async inspect(file: File): Promise<WeightsSummary> {
    const { networks, defaults, ignored, header } = await inspectWeights(blobFile(file));
    const { label = null, method = null } = header.metadata;
    return { networks, defaults, ignored, label, method };
  }

  /** Reads the weights and keeps them under `id`. Rejects with one sentence. */
  async open(id: string, label: string, file: File, answers: ModelAnswers): Promise<ModelSummary> {
    const source = blobFile(file);
    const inspected = await inspectWeights(source);
    const model = await readOwnModel(source, inspected, answers);
    const sha256 = await fileDigest(source);
    const start = sha256 === null ? null : startWeights(source, sha256, answers.prefix, inspected, model);
    this.close(id);
    this.models.set(id, { label, model, start, networks: new Map() });
    return { classes: model.spec.classes, spec: model.spec, sha256 };
  }

  close(id: string): void {
    const opened = this.models.get(id);
    this.models.delete(id);
    if (opened) free(opened);
  }

  /** Throws one sentence if there is no such model. */
  weightsOf(id: string): OwnModel {
    const opened = this.models.get(id);
    if (!opened) throw new Error('The opened model is no longer in memory: open its file again.');
    return opened.model;
  }

  /** The opened weights from which these settings say that training starts; null if they are not open, or none are. */
  startOf({ start }: ExperimentConfig): StartWeights | null {
    if (!start) return null;
    const starts = [...this.models.values()].map((opened) => opened.start);
    return starts.find((s) => s?.sha256 === start.sha256 && s.prefix === start.prefix) ?? null;
  }

  /** The networks of those that can answer for these classes. */
  specsFor(classes: readonly number[], names: readonly string[]): NetworkSpec[] {
    return this.fitting(classes, names).map(({ opened: { model }, outputs }) => ({
      ...model.spec,
      classes: outputs?.length ?? model.spec.classes,
    }));
  }

  /** Every opened model that can answer for these classes, on the backend in use. The networks stay this object's. */
  subjects(classes: readonly number[], names: readonly string[]): Subject[] {
    return this.fitting(classes, names).map(({ opened, outputs }) => this.subjectOf(opened, outputs));
  }

  private fitting(classes: readonly number[], names: readonly string[]) {
    return [...this.models.values()].flatMap((opened) => {
      try {
        return [{ opened, outputs: outputsFor(opened.model.spec.classes, classes, names) }];
      } catch {
        // The page says why this model is missing.
        return [];
      }
    });
  }

  private subjectOf(opened: Opened, outputs: readonly number[] | null): Subject {
    const key = outputs?.join() ?? 'all';
    const known = opened.networks.get(key);
    if (known) return known.subject;
    const model = outputs ? amongClasses(opened.model, outputs) : opened.model;
    const { network, logits } = networkOf(model);
    const { classes, buffers, spec } = network;
    // Without split BatchNorm there is one set, whatever its name.
    const branch = spec.splitBn ? model.bnSet : 'adv';
    const all = opened.model.spec.classes;
    const subject: Subject = {
      ...{ label: opened.label, logits, classes, spec, buffers, branch },
      ...(all > classes && { outputs: all }),
    };
    opened.networks.set(key, { subject, network });
    return subject;
  }

  /** Frees the networks: the backend is about to be replaced. */
  release(): void {
    for (const opened of this.models.values()) free(opened);
  }
}

function free({ networks }: Opened): void {
  for (const { network } of networks.values()) {
    try {
      network.dispose();
    } catch {
      // Tensors of a lost device may not be released any more: they are gone with it.
    }
  }
  networks.clear();
}
