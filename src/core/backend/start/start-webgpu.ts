/**
 * Starts the WebGPU backend. tfjs's own start is not used, since it does not check for a missing adapter, asks for an
 * invalid feature list on some devices, and does not report a lost device.
 */
import { withoutFullStop } from '../../error-message.ts';
import * as tf from '@tensorflow/tfjs-core';
import { arrived } from './arrival.ts';
import type { BackendEnvironment, StartedBackend } from './types.ts';
import { isNode } from '../is-node.ts';
import { registerCompositions, registerFastKernels } from '../kernels/register.ts';
import { WebGpuStepCapture } from '../kernels/webgpu/capture.ts';
import { createWebGpuKernels } from '../kernels/webgpu/index.ts';
import { Runner } from '../kernels/webgpu/runner.ts';
import { isSoftwareAdapter } from './software-adapter.ts';
import { BackendUnavailable } from './unavailable.ts';

async function findGpu(): Promise<GPU | null> {
  if (isNode()) return (await import('./webgpu-node.ts')).createGpu();
  return typeof navigator === 'undefined' ? null : (navigator.gpu ?? null);
}

const describe = (info: GPUAdapterInfo): string =>
  [info.vendor, info.architecture, info.device, info.description].filter((s) => s).join(' ') ||
  'an unnamed adapter';

async function findAdapter(gpu: GPU, allowSoftware: boolean): Promise<GPUAdapter> {
  let adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter && allowSoftware) adapter = await gpu.requestAdapter({ forceFallbackAdapter: true });
  if (!adapter) throw new BackendUnavailable('WebGPU is here but offers no adapter.');
  return adapter;
}

const isSoftware = (adapter: GPUAdapter): boolean =>
  adapter.info.isFallbackAdapter === true || isSoftwareAdapter(describe(adapter.info));

/** A device with the adapter's limits for what kernels use, half precision, and timestamps for the profiler. */
async function createDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const wanted = ['timestamp-query', 'shader-f16', 'subgroups'] as GPUFeatureName[];
  const { limits } = adapter;
  return adapter.requestDevice({
    requiredFeatures: wanted.filter((f) => adapter.features.has(f)),
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
}

/** The device of the last start; once another has replaced it, its loss and errors are not reported. */
let current: { replaced: boolean } | null = null;

/**
 * Starts the backend and registers the fast kernels. Throws `BackendUnavailable` if there is no WebGPU or no adapter,
 * or if the adapter is software and `allowSoftware` is false.
 */
export async function startWebGpu(
  allowSoftware: boolean,
  environment: BackendEnvironment,
): Promise<StartedBackend> {
  const gpu = await findGpu();
  if (!gpu) throw new BackendUnavailable('there is no WebGPU here.');
  const adapter = await findAdapter(gpu, allowSoftware);
  const name = describe(adapter.info);
  const software = isSoftware(adapter);
  if (software && !allowSoftware) throw new BackendUnavailable(`its adapter is software (${name}).`);

  const tfWebGpu = await arrived(import('@tensorflow/tfjs-backend-webgpu'), environment.arrivalMs);
  // tfjs would otherwise compute small tensors in JavaScript.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const device = await createDevice(adapter);
  if (current) current.replaced = true;
  const own = (current = { replaced: false });
  void device.lost.then(({ message, reason }) => {
    if (!own.replaced)
      environment.onLost?.(
        `The GPU device was lost: ${withoutFullStop(message || reason || 'no reason given')}.`,
      );
  });
  device.addEventListener('uncapturederror', (event) => {
    if (!own.replaced)
      environment.onDeviceError?.(`The GPU refused an operation: ${event.error.message.split('\n')[0]}`);
  });
  const backend = new tfWebGpu.WebGPUBackend(device, adapter.info);
  // The registered factory is tfjs's own, or that of an earlier start, whose device may be lost.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
  if (!(await tf.setBackend('webgpu'))) throw new BackendUnavailable('tfjs could not start it.');
  const runner = new Runner(backend, software);
  registerFastKernels('webgpu', createWebGpuKernels(runner));
  return {
    device: `WebGPU on ${name}`,
    software,
    arithmetic: 'webgpu',
    useCompositions: () => registerCompositions('webgpu'),
    stepCapture: new WebGpuStepCapture(backend, runner),
    halfPrecision: device.features.has('shader-f16'),
  };
}
