/**
 * Runs our compute shaders among those of tfjs: same tensors, same command encoder, same order. Differs from tfjs's own
 * `runWebGPUProgram` in that a program may have several outputs and is keyed by a name alone, and that uniform buffers
 * with sizes are kept, so that a dispatch writes only what changes. A program's key must name every size that its
 * source holds.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

/** What we use of the backend beside its public part. */
interface Internals {
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
}

/** Threads of a workgroup in every kernel. */
export const WORKGROUP = 64;

/**
 * Values of a shader's uniforms: sizes (kept in a buffer of their own) or numbers that change from call to call.
 * `learningRate`: the first number is that, which alone changes when a recorded step is replayed.
 */
export type UniformValues =
  | { readonly sizes: readonly number[] }
  | { readonly numbers: readonly number[]; readonly learningRate?: true };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class Runner {
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private readonly sizeBuffers = new Map<string, GPUBuffer>();
  private readonly internals: Internals;
  /** Told, while a step is recorded, of buffers that begin with the learning rate. */
  onLearningRate: ((buffer: GPUBuffer) => void) | null = null;
  /** While not null, programs are compiled instead of dispatched, and passed to this function with their key. */
  compiling: Map<string, Promise<void>> | null = null;

  /** `software`: the adapter is a CPU rasteriser; kernels choose their tiles by it. */
  constructor(
    private readonly backend: WebGPUBackend,
    readonly software: boolean,
  ) {
    this.internals = backend as unknown as Internals;
  }

  get storageBuffersPerStage(): number {
    return this.backend.device.limits.maxStorageBuffersPerShaderStage;
  }

  /** A new float32 tensor, not initialised; the caller owns it. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeTensorInfo([...shape], 'float32');
  }

  /** `t` after a shader wrote into its memory: the same data, once more. */
  changed(t: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(t.dataId);
    // Drops a copy that was read back earlier, unless nothing was run.
    if (!this.compiling) this.backend.tensorMap.get(t.dataId).values = null as never;
    return t;
  }

  /** Frees a tensor that was needed between two dispatches only. */
  release(t: tf.TensorInfo): void {
    this.backend.disposeData(t.dataId);
  }

  /**
   * Dispatches `threads` threads of the shader `source` gives (entry point `main`) over `tensors` as bindings 0, 1, ..
   * of group 0 and, where given, `uniforms` as the next binding. More threads than asked for may run. `key` names all
   * that the source depends on: making it takes longer than a dispatch, and so it is made once per key.
   */
  run(
    key: string,
    source: () => string,
    tensors: readonly tf.TensorInfo[],
    threads: number,
    uniforms?: UniformValues,
  ): void {
    if (this.compiling) return this.compileAhead(this.compiling, key, source);
    const { backend, internals } = this;
    const entries: GPUBindGroupEntry[] = tensors.map(({ dataId }, binding) => {
      backend.uploadToGPU(dataId);
      // Until the commands are submitted, disposing the tensor must not give its buffer away.
      internals.commandQueueOwnedIds.add(dataId);
      return { binding, resource: { buffer: backend.tensorMap.get(dataId).resource as GPUBuffer } };
    });
    if (uniforms) {
      const buffer =
        'sizes' in uniforms ? this.sizeBuffer(uniforms.sizes) : this.numberBuffer(uniforms.numbers);
      if ('learningRate' in uniforms) this.onLearningRate?.(buffer);
      entries.push({ binding: entries.length, resource: { buffer } });
    }
    const pipeline = this.pipeline(key, source);
    const bindGroup = backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    backend.ensureCommandEncoderReady();
    internals.computePassEncoder ??= internals.commandEncoder.beginComputePass();
    const pass = internals.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...this.workgroups(threads));
    internals.dispatchCountInPass++;
    if (internals.dispatchCountInPass >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
  }

  private describe(key: string, source: () => string): GPUComputePipelineDescriptor {
    const module = this.backend.device.createShaderModule({ code: source(), label: key });
    return { label: key, layout: 'auto', compute: { module, entryPoint: 'main' } };
  }

  private pipeline(key: string, source: () => string): GPUComputePipeline {
    let pipeline = this.pipelines.get(key);
    if (!pipeline) {
      pipeline = this.backend.device.createComputePipeline(this.describe(key, source));
      this.pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  private compileAhead(compiling: Map<string, Promise<void>>, key: string, source: () => string): void {
    if (this.pipelines.has(key) || compiling.has(key)) return;
    const compiled = this.backend.device.createComputePipelineAsync(this.describe(key, source));
    compiling.set(
      key,
      compiled.then((pipeline) => void this.pipelines.set(key, pipeline)),
    );
  }

  /** One per distinct list of sizes, for as long as the device lives. */
  private sizeBuffer(sizes: readonly number[]): GPUBuffer {
    const key = sizes.join();
    let buffer = this.sizeBuffers.get(key);
    if (!buffer) {
      const size = Math.ceil(sizes.length / 4) * 16;
      buffer = this.backend.device.createBuffer({
        size,
        usage: GPUBufferUsage.UNIFORM,
        mappedAtCreation: true,
      });
      new Int32Array(buffer.getMappedRange()).set(sizes);
      buffer.unmap();
      this.sizeBuffers.set(key, buffer);
    }
    return buffer;
  }

  /** From tfjs's pool, given back when the commands are submitted. */
  private numberBuffer(numbers: readonly number[]): GPUBuffer {
    const data = new Float32Array(Math.ceil(numbers.length / 4) * 4);
    data.set(numbers);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.backend.bufferManager.acquireBuffer(data.byteLength, usage);
    this.backend.queue.writeBuffer(buffer, 0, data);
    this.internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** Workgroups along x and y: a dimension is limited, and kernels flatten the two again (wgsl.ts, `mainFunction`). */
  private workgroups(threads: number): [number, number] {
    const count = Math.ceil(threads / WORKGROUP);
    const limit = this.backend.device.limits.maxComputeWorkgroupsPerDimension;
    const rows = Math.ceil(count / limit);
    return [Math.ceil(count / rows), rows];
  }
}
