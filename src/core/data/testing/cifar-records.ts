/** Made-up files in CIFAR's binary layout, for tests. */

/** Records whose pixel values say where they came from: red = first + i, green = p / 4, blue = label; the coarse label is 7. */
export function records(labels: readonly number[], labelBytes = 1, first = 0): Uint8Array {
  const size = labelBytes + 3072;
  const bytes = new Uint8Array(labels.length * size);
  labels.forEach((label, i) => {
    const record = bytes.subarray(i * size, (i + 1) * size);
    record[0] = 7;
    record[labelBytes - 1] = label;
    for (let p = 0; p < 1024; p++) {
      record[labelBytes + p] = first + i;
      record[labelBytes + 1024 + p] = p >> 2;
      record[labelBytes + 2048 + p] = label;
    }
  });
  return bytes;
}
