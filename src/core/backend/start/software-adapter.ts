/**
 * Whether a graphics adapter's name is that of a software rasteriser: a hundred times slower than WASM for this work.
 */
export function isSoftwareAdapter(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i.test(name);
}
