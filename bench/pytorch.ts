/** PyTorch eager in a Python process of its own, doing the same steps (bench/pytorch) when asked. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SWITCHES } from '../src/core/settings/config.ts';
import { PRESETS } from '../src/core/experiments/presets.ts';
import type { Size, Work } from './engine/tasks.ts';

/** What both sides can do. */
export type SharedWork = Extract<Work, 'aratStep' | 'pgdStep' | 'forwardBackward'>;

export interface PyTorch {
  /** Version and device, in words. */
  readonly name: string;
  /** Ways to run there: '' is plain float32; on CUDA also cudnn.benchmark and TF32. */
  readonly settings: readonly string[];
  /**
   * Milliseconds of a step, `repeats` times; `steps` in a row are asked for, then waited for. Throws what Python
   * raised.
   */
  measure(work: SharedWork, repeats: number, steps: number, setting: string): Promise<number[]>;
  end(): void;
}

/** The demo network at this size, in the script's options. The CPU has one thread. */
export function pytorchArguments(device: 'cuda' | 'cpu', { width, batch, attackSteps }: Size): string[] {
  const { network, dataset, attack } = PRESETS.demo;
  const options = {
    device,
    threads: 1,
    batch,
    width,
    blocks: network.blocks.join(),
    'stem-stride': network.stemStride,
    'input-scale': network.inputScale,
    classes: dataset.classes.length,
    'attack-steps': attackSteps,
    eps: attack.eps,
    'step-size': attack.stepSize,
    'invariance-weight': DEFAULT_SWITCHES.invarianceWeight,
  };
  return ['--serve', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)];
}

/** Why a Python process ended, in one line: Python's last words are its error. */
export function whyItEnded(python: string, how: string, stderr: string): string {
  const lastWords = stderr.trim().split('\n').at(-1)?.trim();
  return `${python} ${how}${lastWords ? `: ${lastWords}` : ''}`;
}

/** An answer of the script. Throws what it says went wrong, and where it says something else than JSON. */
export function readAnswer<T>(line: string): T {
  let answer: T | { readonly error: string };
  try {
    answer = JSON.parse(line) as typeof answer;
  } catch {
    throw new Error(`PyTorch's process was to answer in JSON, and said: ${line}`);
  }
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw new Error(`PyTorch: ${answer.error}`);
  return answer as T;
}

/** Starts it; throws in one sentence where there is no such Python, no PyTorch or no such device. */
export async function startPyTorch(python: string, device: 'cuda' | 'cpu', size: Size): Promise<PyTorch> {
  const script = fileURLToPath(new URL('./pytorch/arat_step.py', import.meta.url));
  // -B: leaves no compiled files beside the sources.
  const child = spawn(python, ['-B', script, ...pytorchArguments(device, size)]);
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += data));
  // A write to a process that has ended fails; `ended` reports that.
  child.stdin.on('error', () => {});
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(whyItEnded(python, 'did not start', error.message))));
    child.once('close', (code) =>
      reject(new Error(whyItEnded(python, `ended with code ${code ?? 'none'}`, stderr))),
    );
  });
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const line = await Promise.race([lines.next(), ended]);
    return readAnswer<T>(line.done ? await ended : line.value);
  };
  const about = await next<{ torch: string; device: string; settings: string[] }>();
  return {
    name: `PyTorch ${about.torch} eager, ${about.device}`,
    settings: about.settings,
    async measure(work, repeats, steps, setting) {
      child.stdin.write(JSON.stringify({ work, repeats, steps, setting }) + '\n');
      return (await next<{ ms: number[] }>()).ms;
    },
    end: () => child.stdin.end(),
  };
}
