/**
 * Whether a graphics adapter's name is that of a software rasteriser, which is a hundred times slower than WASM here.
 */
export function isSoftwareAdapter(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i.test(name);
}
