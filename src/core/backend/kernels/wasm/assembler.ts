/**
 * A small assembler: WebAssembly functions are written as TypeScript expressions and assembled to a module when the
 * backend starts. So kernels need no compiler in the build and no binary in the repository.
 *
 * An expression or statement is represented by its bytes, and composed by concatenation. Encodings: the WebAssembly
 * specification 2.0, binary format, with its SIMD instructions (prefix 0xfd).
 */
export type Code = readonly number[];
export type ValueType = 'i32' | 'f32' | 'v128';

const TYPE_BYTE: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

function unsigned(n: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(n / 128);
    bytes.push((n % 128) | (rest > 0 ? 0x80 : 0));
    n = rest;
  } while (n > 0);
  return bytes;
}

function signed(n: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = n & 0x7f;
    n >>= 7;
    if ((n === 0 && (byte & 0x40) === 0) || (n === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

/** A parameter or local variable of the function being built. */
export class Local {
  constructor(
    readonly index: number,
    readonly type: ValueType,
  ) {}
  get get(): Code {
    return [0x20, ...unsigned(this.index)];
  }
  set(value: Code): Code {
    return [...value, 0x21, ...unsigned(this.index)];
  }
  /** Sets the local and is an expression with the value. */
  tee(value: Code): Code {
    return [...value, 0x22, ...unsigned(this.index)];
  }
  /** i32: this += value. */
  advance(value: Code): Code {
    return this.set(i32.add(this.get, value));
  }
}

const binaryOp =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** The operands of a load or store: alignment 4 bytes, as exponent 2 of a power of two, and a constant offset. */
const at = (offset: number): number[] => [2, ...unsigned(offset)];

export const i32 = {
  const: (n: number): Code => [0x41, ...signed(n)],
  add: binaryOp(0x6a),
  sub: binaryOp(0x6b),
  mul: binaryOp(0x6c),
  equal: binaryOp(0x46),
  notEqual: binaryOp(0x47),
  and: binaryOp(0x71),
  /** 1 if a < b, signed, else 0. */
  less: binaryOp(0x48),
  lessUnsigned: binaryOp(0x49),
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...at(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, ...at(offset)],
  /** The smaller of two, signed. Evaluates both expressions twice. */
  min: (a: Code, b: Code): Code => select(a, b, i32.less(a, b)),
};

/** `a` if `condition` is not zero, else `b`. Evaluates both. */
export function select(a: Code, b: Code, condition: Code): Code {
  return [...a, ...b, ...condition, 0x1b];
}

export const f32 = {
  load: (address: Code, offset = 0): Code => [...address, 0x2a, ...at(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x38, ...at(offset)],
};

/** Vectors of four floats. */
export const f32x4 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00), ...at(offset)],
  /** One float at the address, in all four lanes. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...simd(0x09), ...at(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...simd(0x0b),
    ...at(offset),
  ],
  zero: (): Code => [...simd(0x0c), ...new Array<number>(16).fill(0)],
  /** The same float in all four lanes. */
  constant(value: number): Code {
    const bytes = new Uint8Array(Float32Array.of(value, value, value, value).buffer);
    return [...simd(0x0c), ...bytes];
  },
  splat: (value: Code): Code => [...value, ...simd(0x13)],
  add: binaryOp(...simd(0xe4)),
  sub: binaryOp(...simd(0xe5)),
  mul: binaryOp(...simd(0xe6)),
  div: binaryOp(...simd(0xe7)),
  sqrt: (a: Code): Code => [...a, ...simd(0xe3)],
  /** a < b ? b : a, so that NaN in a is kept. */
  pmax: binaryOp(...simd(0xeb)),
  /** b < a ? b : a, so that NaN in a is kept. */
  pmin: binaryOp(...simd(0xea)),
  /** All ones where a > b, else zeros. */
  greater: binaryOp(...simd(0x44)),
  less: binaryOp(...simd(0x43)),
  and: binaryOp(...simd(0x4e)),
  /** a * b + c with one rounding or two, whichever is faster on the processor (relaxed SIMD). */
  relaxedMulAdd: (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, ...simd(0x105)],
};

/** while (count > 0) { body; count -= step }. Changes `count`. */
export const countDown = (count: Local, step: number, ...body: Code[]): Code => [
  ...[0x02, 0x40], // block
  ...count.get,
  ...[0x41, 0x01, 0x48, 0x0d, 0x00], // leave when count < 1
  ...[0x03, 0x40], // loop
  ...body.flat(),
  ...count.tee(i32.sub(count.get, i32.const(step))),
  ...[0x41, 0x00, 0x4a, 0x0d, 0x00], // repeat when count > 0: one jump an iteration
  ...[0x0b, 0x0b], // end, end
];

/**
 * Leaves the innermost countDown, directly inside it, if count < least. A branch that is never taken still divides code
 * into blocks.
 */
export const leaveBelow = (count: Local, least: number): Code => [
  ...count.get,
  ...i32.const(least),
  ...[0x48, 0x0d, 0x01],
];

/** if (condition != 0) { body }. */
export const when = (condition: Code, ...body: Code[]): Code => [
  ...condition,
  0x04,
  0x40,
  ...body.flat(),
  0x0b,
];

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Defines a function without a result. `build` gets the parameters by name, and a function that adds a local. */
export function defineFunction<P extends Record<string, ValueType>>(
  name: string,
  parameters: P,
  build: (p: { [K in keyof P]: Local }, local: (type: ValueType) => Local) => Code[],
): FunctionDefinition {
  const names = Object.keys(parameters) as (keyof P)[];
  const p = Object.fromEntries(names.map((n, i) => [n, new Local(i, parameters[n])])) as {
    [K in keyof P]: Local;
  };
  const locals: ValueType[] = [];
  const local = (type: ValueType): Local => {
    locals.push(type);
    return new Local(names.length + locals.length - 1, type);
  };
  const body = build(p, local).flat();
  return { name, parameters: names.map((n) => parameters[n]), locals, body };
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
const text = (s: string): number[] => vector([...s].map((c) => [c.charCodeAt(0)]));

/** A module that imports memory `env.memory` and exports the functions. `shared`: the memory is a SharedArrayBuffer. */
export function assemble(functions: readonly FunctionDefinition[], shared: boolean): Uint8Array<ArrayBuffer> {
  const limits = shared ? [0x03, 0, ...unsigned(65536)] : [0x00, 0];
  const bodies = functions.map((f) => {
    const body = [...vector(f.locals.map((type) => [1, TYPE_BYTE[type]])), ...f.body, 0x0b];
    return [...unsigned(body.length), ...body];
  });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      vector(functions.map((f) => [0x60, ...vector(f.parameters.map((t) => [TYPE_BYTE[t]])), 0])),
    ),
    ...section(2, vector([[...text('env'), ...text('memory'), 0x02, ...limits]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}
