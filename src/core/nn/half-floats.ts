/** 16-bit floats as weight files store them: IEEE float16 (F16) and bfloat16 (BF16), the upper half of a float32. */

const INFINITY = 0x7c00;
const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

/** The values of IEEE float16 bit patterns; exact, since float32 has every one of them. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** The values of bfloat16 bit patterns; exact. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = bitsOf(values);
  halves.forEach((half, i) => (bits[i] = half << 16));
  return values;
}

/** `value >>> shift`, rounded to the nearest integer, ties to the even one. */
function shiftRounded(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (quotient & 1) === 1) ? quotient + 1 : quotient;
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | INFINITY | (fraction === 0 ? 0 : 0x200);
  const e = exponent - 127 + 15;
  if (e >= 0x1f) return sign | INFINITY;
  if (e < -10) return sign;
  // Below 2^-14 the exponent is fixed and the leading 1 is part of the fraction.
  if (e <= 0) return sign | shiftRounded(fraction | 0x800000, 14 - e);
  // A carry out of the fraction raises the exponent, up to infinity.
  return sign | shiftRounded((e << 23) | fraction, 13);
}

/** IEEE float16 bit patterns of the values, rounded to nearest even; beyond 65,504 they are infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(bitsOf(values), halfOf);
}
