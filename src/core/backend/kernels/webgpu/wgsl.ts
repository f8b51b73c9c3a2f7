/** Pieces of shader source that the kernels share. */
import { WORKGROUP } from './runner.ts';

/** 0, 1, .. n - 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** How many values a kernel handles at once: the largest of 4, 3, 2, 1 that divides `count`. */
export type Width = 1 | 2 | 3 | 4;
export const widthOf = (count: number): Width => ([4, 3, 2] as const).find((w) => count % w === 0) ?? 1;

/** The type of `width` floats. */
export const typeOf = (width: Width): string => (width === 1 ? 'f32' : `vec${width}f`);

/** Element type of an array in memory. Three floats would be padded to four, and two are not faster. */
const stored = (width: Width): string => (width === 4 ? 'vec4f' : 'f32');

export interface Binding {
  readonly name: string;
  readonly width: Width;
  readonly writable?: boolean;
  /** An array of int32 (width 1) instead of floats. */
  readonly integer?: boolean;
}

/** Numbers that a shader reads as `uniforms.<name>`: sizes as i32, others as f32. */
export interface Uniforms {
  readonly type: 'i32' | 'f32';
  readonly names: readonly string[];
}

/** Declarations of the bindings in order, each an array of floats, and of the uniforms after them. */
export function declare(bindings: readonly Binding[], uniforms?: Uniforms): string {
  const lines = bindings.map(
    ({ name, width, writable, integer }, i) =>
      `@group(0) @binding(${i}) var<storage, ${writable ? 'read_write' : 'read'}> ${name}: array<${integer ? 'i32' : stored(width)}>;`,
  );
  if (uniforms) {
    lines.push(
      `struct Uniforms { ${uniforms.names.map((name) => `${name}: ${uniforms.type}`).join(', ')} }`,
      `@group(0) @binding(${bindings.length}) var<uniform> uniforms: Uniforms;`,
    );
  }
  return lines.join('\n');
}

/** Reads `width` floats, counted in elements of that width. */
export function load(name: string, width: Width, index: string): string {
  if (width === 4 || width === 1) return `${name}[${index}]`;
  const parts = Array.from({ length: width }, (_, i) => `${name}[(${index}) * ${width} + ${i}]`);
  return `${typeOf(width)}(${parts.join(', ')})`;
}

/** Statements that write `width` floats, counted in elements of that width. */
export function store(name: string, width: Width, index: string, value: string): string {
  if (width === 4 || width === 1) return `${name}[${index}] = ${value};`;
  const parts = Array.from(
    { length: width },
    (_, i) => `${name}[(${index}) * ${width} + ${i}] = ${component(value, width, i)};`,
  );
  return parts.join(' ');
}

/** The i-th float of a value of that width. */
export const component = (value: string, width: Width, i: number): string =>
  width === 1 ? value : `${value}.${'xyzw'[i]}`;

/** Number of elements of that width in a bound array, as i32. */
export const lengthOf = (name: string, width: Width): string =>
  width === 4 || width === 1 ? `i32(arrayLength(&${name}))` : `i32(arrayLength(&${name})) / ${width}`;

/** The entry point: `id` counts the threads of all workgroups from 0; those at or beyond `threads` do nothing. */
export const mainFunction = (threads: string, body: string): string => `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let id = i32((group.y * groups.x + group.x) * ${WORKGROUP}u + local);
  if (id >= ${threads}) { return; }
${body}
}`;

/**
 * max(x, 0) that keeps NaN, which max itself may drop. It compares bits as integers, because shader compilers may
 * assume that floats are never NaN: floats below zero, down to -infinity, are 0x80000001 to 0xff800000.
 */
export const reluFunction = (width: Width): string => {
  const bits = width === 1 ? 'u32' : `vec${width}u`;
  const type = typeOf(width);
  return `fn relu(x: ${type}) -> ${type} {
  let below = bitcast<${bits}>(x) - ${bits}(0x80000001u) < ${bits}(0x7f800000u);
  return select(x, ${type}(0), below);
}
`;
};

/** dy * [y > 0]; dy if y is NaN, since dy is NaN then as well. */
export const reluGradFunction = (width: Width): string => `
fn relu_grad(dy: ${typeOf(width)}, y: ${typeOf(width)}) -> ${typeOf(width)} {
  return select(dy, ${typeOf(width)}(0), y <= ${typeOf(width)}(0));
}
`;
