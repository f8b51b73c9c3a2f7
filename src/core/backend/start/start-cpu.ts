/** Starts the plain JavaScript backend: slow, but always available. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { StartedBackend } from './types.ts';
import { createCpuKernels } from '../kernels/cpu/convolution.ts';
import { registerCompositions, registerFastKernels } from '../kernels/register.ts';
import { BackendUnavailable } from './unavailable.ts';

export async function startCpu(): Promise<StartedBackend> {
  if (!(await tf.setBackend('cpu'))) throw new BackendUnavailable('tfjs could not start it.');
  registerFastKernels('cpu', createCpuKernels());
  return {
    device: 'JavaScript on one CPU thread',
    software: false,
    arithmetic: 'cpu',
    useCompositions: () => registerCompositions('cpu'),
  };
}
