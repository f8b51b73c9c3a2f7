/** What a part of the benchmark is given, and what parts share. */
import type { Sample } from '../engine/tasks.ts';
import type { SharedWork } from '../pytorch.ts';
import { median } from '../report.ts';
import type { Entry } from '../report.ts';

export interface PartOptions {
  /** Fewer repetitions and smaller sizes: shows that it works, not how fast it is. */
  readonly quick: boolean;
  /** Without a browser: webgpu through the npm package `webgpu` in Node, race in Node alone. */
  readonly node: boolean;
  /** webgpu: images per batch; a default that suits the adapter where absent. */
  readonly batch: number | undefined;
  /** The Python that PyTorch is looked for in. */
  readonly pytorch: string;
  /** race: a folder with another build of the page, to race beside this one. */
  readonly before: string | undefined;
  /** race: how often each way is raced; 3 where absent, 1 with quick. */
  readonly rounds: number | undefined;
}

/** Measures; `report` is called with each entry as soon as it is known, `say` with what is being done. */
export type Part = (
  options: PartOptions,
  report: (e: Entry) => void,
  say: (text: string) => void,
) => Promise<void>;

export const NAMES: Readonly<Record<SharedWork, string>> = {
  aratStep: 'ARAT step (PGD-5)',
  pgdStep: 'PGD step',
  forwardBackward: 'forward + backward',
};

export const medianOf = (samples: readonly Sample[], key: keyof Sample): number =>
  median(samples.map((s) => s[key]));
export const fastest = (samples: readonly Sample[], key: keyof Sample = 'ms'): number =>
  Math.min(...samples.map((s) => s[key]));
