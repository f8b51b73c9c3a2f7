import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readCifarFiles } from './archive.ts';
import { loadDataset } from './load.ts';
import { fetchOfficialArchive, filesFromPaths, nodeEnvironment } from './node-environment.ts';
import { cifar10 } from './sources/cifar10.ts';
import { startFileServer } from './testing/file-server.ts';
import { sampleDataset } from './testing/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'arat-node-'));
afterAll(() => rmSync(folder, { recursive: true }));
const records = (n: number) =>
  Uint8Array.from({ length: n * 3073 }, (_, i) => (i % 3073 === 0 ? 3 : i & 255));

describe('nodeEnvironment', () => {
  it('given a data set kept in a folder, when another environment loads it, then it sends no request', async () => {
    const dataset = sampleDataset(3, 2);
    await nodeEnvironment(join(folder, 'cache')).cache!.write('cifar10', dataset);
    const environment = {
      ...nodeEnvironment(join(folder, 'cache')),
      fetch: () => Promise.reject(new Error('no network here')),
    };
    expect(await loadDataset('cifar10', { environment })).toEqual(dataset);
  });

  it('given a file: folder without shards, when loaded, then the official archive is asked, then Hugging Face', async () => {
    const environment = {
      ...nodeEnvironment(join(folder, 'empty')),
      officialArchive: () => Promise.reject(new Error('the official archive was asked')),
    };
    const asked: string[] = [];
    const loading = loadDataset('cifar10', {
      environment: { ...environment, huggingFaceUrl: pathToFileURL(`${folder}/face`).href },
      baseUrl: pathToFileURL(`${folder}/`).href,
      onNote: (note) => asked.push(note),
    });
    await expect(loading).rejects.toThrow(
      /no CIFAR-10 is hosted .*; the official archive was asked; .*parquet/,
    );
    expect(asked).toHaveLength(2);
  });
});

describe('filesFromPaths', () => {
  it('given .bin files on disk, when read, then they give their images', async () => {
    writeFileSync(join(folder, 'data_batch_1.bin'), records(40));
    writeFileSync(join(folder, 'test_batch.bin'), records(2));
    const paths = ['data_batch_1.bin', 'test_batch.bin'].map((name) => join(folder, name));
    const data = await readCifarFiles(await filesFromPaths(paths));
    expect(data.train.labels).toHaveLength(40);
  });

  it('given a folder, then its files have its name and theirs, those of inner folders too', async () => {
    mkdirSync(join(folder, 'outer/inner'), { recursive: true });
    writeFileSync(join(folder, 'outer/inner/b'), 'x');
    writeFileSync(join(folder, 'outer/a'), '');
    const files = await filesFromPaths([`${join(folder, 'outer')}/`]);
    expect(files.map(({ name, size }) => [name, size])).toEqual([
      ['outer/a', 0],
      ['outer/inner/b', 1],
    ]);
  });

  it('given a path that does not exist or a folder of 1,001 files, then the error says so', async () => {
    await expect(filesFromPaths([join(folder, 'absent')])).rejects.toThrow(
      /absent cannot be read \(ENOENT\); exp/,
    );
    mkdirSync(join(folder, 'many'));
    for (let i = 0; i <= 1000; i++) writeFileSync(join(folder, `many/${i}`), '');
    await expect(filesFromPaths([join(folder, 'many')])).rejects.toThrow(
      'many holds more than 1000 files; expected',
    );
  });
});

describe('fetchOfficialArchive', () => {
  it('given the right checksum, when downloaded, then it gives a file; given another, then the error has both checksums', async () => {
    const bytes = records(2);
    const server = await startFileServer({ '/cifar-10-binary.tar.gz': bytes });
    const url = `${server.url}/cifar-10-binary.tar.gz`;
    const md5 = createHash('md5').update(bytes).digest('hex');
    const file = await fetchOfficialArchive({ url, md5 });
    expect([file.name, file.size]).toEqual(['cifar-10-binary.tar.gz', bytes.length]);
    await expect(fetchOfficialArchive({ url, md5: cifar10.download.archive!.md5 })).rejects.toThrow(
      new RegExp(`has the MD5 ${md5}; expected c32a1d4ab5d03f1284b67883e8d87530`),
    );
    await server.close();
  });

  it('given a site that is busy and then cuts the transfer, when downloaded, then progress reports both, and it gets the file', async () => {
    const bytes = records(2);
    const server = await startFileServer({ '/cifar-10-binary.tar.gz': bytes });
    const md5 = createHash('md5').update(bytes).digest('hex');
    server.faults = { fail: { end: 'gz', status: 503, times: 1, retryAfter: '1' }, cutAfter: 3000 };
    const phases = new Set<string>();
    const file = await fetchOfficialArchive({
      url: `${server.url}/cifar-10-binary.tar.gz`,
      md5,
      retryMs: [1, 1],
      onProgress: ({ phase }) => {
        phases.add(phase);
        if (phase.endsWith('trying again')) server.faults = {};
      },
    });
    expect(file.size).toBe(bytes.length);
    expect([...phases].join('\n')).toMatch(
      /is busy \(503\): asking again in 1 s\nDownloading .*\n.*cifar-10-binary.* trying again/,
    );
    await server.close();
  });
});
