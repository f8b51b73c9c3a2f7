import { describe, expect, test } from 'vitest';
import { whatIsDropped } from './dropped.ts';

const files = (...names: string[]) => names.map((name) => ({ name }));

describe('files dropped on the page', () => {
  test.each([
    [files('cifar-10-binary.tar.gz'), 'data'],
    [files('data_batch_1.bin', 'test_batch.bin'), 'data'],
    [files('CIFAR.TGZ'), 'data'],
    [files('data_batch_1', 'data_batch_2', 'test_batch', 'batches.meta'), 'data'],
    [files('batches.meta.txt', 'data_batch_1.bin', 'readme.html', 'test_batch.bin'), 'data'],
    [files('train', 'test', 'meta'), 'data'],
    [files('train-00000-of-00001.parquet', 'test-00000-of-00001.parquet'), 'data'],
    [files('cifar.zip'), 'data'],
    [files('result.json'), 'results'],
    [files('a.json', 'b.JSON'), 'results'],
    [files('arat.safetensors', 'AT.SAFETENSORS'), 'weights'],
  ])('given %j, when dropped, then they are taken as %s', (list, kind) => {
    expect(whatIsDropped(list).kind).toBe(kind);
  });

  test.each([
    [files('holiday.png'), 'holiday.png'],
    [files('cifar-10-binary.tar.gz', 'notes.md'), 'notes.md'],
    [files('readme.html', 'batches.meta.txt'), 'readme.html'],
    [files('a.json', 'data_batch_1.bin'), 'together'],
    [files(), 'No file'],
    [files('json'), 'json'],
  ])('given %j, when dropped, then one sentence names the fault and what can be dropped', (list, part) => {
    const dropped = whatIsDropped(list);
    expect(dropped.kind === 'unknown' && dropped.message).toContain(part);
    expect(dropped.kind === 'unknown' && dropped.message).toContain('cifar-10-binary.tar.gz');
  });

  test('given a PyTorch checkpoint, when dropped, then the sentence names the script that converts it', () => {
    for (const name of ['model_last.pt', 'best.PTH', 'last.ckpt'])
      expect(whatIsDropped(files(name))).toMatchObject({
        kind: 'unknown',
        message: expect.stringContaining(`“${name}” is a PyTorch checkpoint`),
      });
    expect(whatIsDropped(files('model.pt'))).toMatchObject({
      message: expect.stringContaining('scripts/pt_to_safetensors.py'),
    });
  });

  test('given a folder, when dropped, then it is taken as data; an empty one is refused', () => {
    expect(whatIsDropped(files('cifar-10-batches-py/readme.html'), true)).toEqual({ kind: 'data' });
    expect(whatIsDropped([], true)).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/^The folder is empty: drop/) as string,
    });
  });
});
