/** The models that the visitor opened from weight files, and the files, which a new worker must be given again. */
import type { ModelAnswers } from '../../core/nn/model-answers.ts';
import { errorMessage } from '../../core/error-message.ts';
import type { ModelSummary, WeightsSummary } from '../../worker/api.ts';
import type { TestImages } from '../../worker/viewer.ts';
import type { Data } from './data.ts';
import type { Device } from './device.ts';
import type { Parts } from './parts.ts';

/** An opened model as the page shows it. */
export interface OpenedModel extends ModelSummary {
  readonly id: string;
  /** Unique among the opened models. */
  readonly label: string;
  readonly fileName: string;
  readonly answers: ModelAnswers;
}

/** A weight file about which the visitor is asked. */
export interface AskedWeights {
  readonly file: File;
  readonly summary: WeightsSummary;
}

export class Opened {
  private readonly files = new Map<string, File>();
  /** The worker that had the models has ended. */
  private lost = false;

  constructor(
    private readonly parts: Pick<Parts, 'board' | 'engine' | 'newId' | 'notify'>,
    private readonly device: Device,
    private readonly data: Data,
  ) {}

  private get models(): readonly OpenedModel[] {
    return this.parts.board.getState().opened;
  }

  /** Reads the file's header and asks the visitor about it. Rejects with one sentence if there is no network in it. */
  async ask(file: File): Promise<void> {
    const summary = await this.parts.engine.api.inspectWeights(file);
    this.parts.board.setState({ askedWeights: { file, summary } });
  }

  dismiss(): void {
    this.parts.board.setState({ askedWeights: null });
  }

  /** Opens the network and shows it among the opened models. Rejects with one sentence. */
  async open(file: File, label: string, answers: ModelAnswers): Promise<OpenedModel> {
    await this.restore();
    const id = this.parts.newId();
    const unique = this.free(label);
    const summary = await this.parts.engine.api.openModel(id, unique, file, answers);
    const model = { id, label: unique, fileName: file.name, answers, ...summary };
    this.files.set(id, file);
    this.parts.board.setState({ opened: [...this.models, model], askedWeights: null });
    return model;
  }

  private free(label: string): string {
    const taken = new Set(this.models.map((m) => m.label));
    let name = label;
    for (let n = 2; taken.has(name); n++) name = `${label} (${n})`;
    return name;
  }

  async close(id: string): Promise<void> {
    this.files.delete(id);
    this.parts.board.setState({ opened: this.models.filter((m) => m.id !== id) });
    if (!this.lost) await this.parts.engine.api.closeModel(id);
  }

  workerGone(): void {
    this.lost = this.models.length > 0;
  }

  /** Gives a new worker the models that the one before had. A model whose file cannot be read again is closed. */
  private async restore(): Promise<void> {
    if (!this.lost) return;
    this.lost = false;
    for (const { id, label, answers } of this.models) {
      try {
        await this.parts.engine.api.openModel(id, label, this.files.get(id)!, answers);
      } catch (error) {
        this.files.delete(id);
        this.parts.board.setState({ opened: this.models.filter((m) => m.id !== id) });
        this.parts.notify('error', `${label} was closed: ${errorMessage(error)}`);
      }
    }
  }

  /** Device, opened models and the data of `images` are there. Rejects with one sentence if one of them cannot be. */
  async ready(images?: TestImages): Promise<void> {
    await this.restore();
    if (!images) return;
    if (!(await this.device.ensure())) throw new Error('No backend could be started to compute with.');
    const { source } = images.dataset;
    if (this.data.has(source) || (await this.data.load(source))) return;
    throw new Error(this.parts.board.getState().dataError ?? 'The images could not be loaded.');
  }

  /** Forgets all. */
  clear(): void {
    this.files.clear();
    this.lost = false;
  }
}
