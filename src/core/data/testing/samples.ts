/** Small data sets and parquet files for tests. */
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { IMAGE_BYTES, type Dataset, type ImageSet } from '../dataset.ts';
import { CIFAR10_CLASSES } from '../class-names.ts';
import { encodePng } from './png-node.ts';

/** n images that all differ, labels first, first + 1, ... modulo 10. */
export function sampleSet(n: number, first = 0): ImageSet {
  // Hashed, so that all images differ and PNG cannot compress them.
  const images = Uint8Array.from({ length: n * IMAGE_BYTES }, (_, i) => {
    const mixed = Math.imul(i + first, 0x9e3779b1);
    return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 24;
  });
  return { images, labels: Uint8Array.from({ length: n }, (_, i) => (first + i) % 10) };
}

export function sampleDataset(train: number, test: number): Dataset {
  return {
    train: sampleSet(train),
    test: sampleSet(test, 5),
    classNames: [...CIFAR10_CLASSES],
    provenance: 'made for a test',
  };
}

/** A parquet file with the columns of Hugging Face: img{bytes, path} and a label, `rowGroupSize` rows per group. */
export function parquetOf(
  set: ImageSet,
  rowGroupSize: number,
  labels?: readonly bigint[],
  labelColumn = 'label',
): Uint8Array {
  const writer = new ByteWriter();
  const rows = [...set.labels.keys()];
  parquetWrite({
    writer,
    rowGroupSize,
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'img', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: labelColumn, type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      {
        name: 'img',
        data: rows.map((i) => ({
          bytes: encodePng(set.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)),
          path: `${i}.png`,
        })),
      },
      { name: labelColumn, data: labels ? [...labels] : rows.map((i) => BigInt(set.labels[i])) },
    ],
  });
  return new Uint8Array(writer.getBuffer());
}
