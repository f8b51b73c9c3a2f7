/**
 * Runs our compute shaders on tfjs's tensors and in its command encoder, in order with its own shaders. It differs from
 * tfjs's `runWebGPUProgram`: a program may have several outputs, is identified only by a key, and uniform buffers with
 * sizes are kept, so that a dispatch writes only values that change. A program's key must name every size in its
 * source.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

/** The private members of the backend that are used here. */
interface Internals {
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
}

/** Threads per workgroup, in every kernel. */
export const WORKGROUP = 64;

/**
 * Values of a shader's uniforms: sizes (in a buffer that is kept) or numbers that change from call to call. With
 * `learningRate`, the first number is the learning rate, the only one that changes when a recorded step is replayed.
 */
export type UniformValues =
  | { readonly sizes: readonly number[] }
  | { readonly numbers: readonly number[]; readonly learningRate?: true };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class Runner {
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private readonly sizeBuffers = new Map<string, GPUBuffer>();
  private readonly internals: Internals;
  /** Called, while a step is recorded, with each buffer that begins with the learning rate. */
  onLearningRate: ((buffer: GPUBuffer) => void) | null = null;
  /** While this is not null, programs are compiled instead of run; it gets a promise for each, by key. */
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

  /** A new float32 tensor with undefined contents; the caller owns it. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeTensorInfo([...shape], 'float32');
  }

  /** `t` as the output of a shader that changed its memory in place; increments its reference count. */
  changed(t: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(t.dataId);
    // Drops values that were read back earlier; when only compiling, the memory has not changed.
    if (!this.compiling) this.backend.tensorMap.get(t.dataId).values = null as never;
    return t;
  }

  /** Frees a tensor that only passed data between two dispatches. */
  release(t: tf.TensorInfo): void {
    this.backend.disposeData(t.dataId);
  }

  /**
   * Dispatches at least `threads` threads of the shader `source()`, entry point `main`, with `tensors` as bindings 0,
   * 1, .. of group 0 and `uniforms`, if given, as the next binding. `key` must name everything that the source depends
   * on: building the source takes longer than a dispatch, so it is done once per key.
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
      // If the tensor is disposed before the commands are submitted, tfjs must not reuse its buffer.
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

  /** The buffer that holds these sizes. It is created once and kept until the device is destroyed. */
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

  /** A buffer from tfjs's pool, released when the commands are submitted. */
  private numberBuffer(numbers: readonly number[]): GPUBuffer {
    const data = new Float32Array(Math.ceil(numbers.length / 4) * 4);
    data.set(numbers);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.backend.bufferManager.acquireBuffer(data.byteLength, usage);
    this.backend.queue.writeBuffer(buffer, 0, data);
    this.internals.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** Workgroups along x and y, since each is limited; kernels combine the two (wgsl.ts, `mainFunction`). */
  private workgroups(threads: number): [number, number] {
    const count = Math.ceil(threads / WORKGROUP);
    const limit = this.backend.device.limits.maxComputeWorkgroupsPerDimension;
    const rows = Math.ceil(count / limit);
    return [Math.ceil(count / rows), rows];
  }
}
