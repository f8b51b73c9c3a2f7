import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { PRESETS } from '../../experiments/presets.ts';
import { parseConfig } from '../../settings/config.ts';
import { loadDataset } from '../load.ts';
import { nodeEnvironment } from '../node-environment.ts';
import { decodePngsInNode } from '../node-png.ts';
import { parquetOf, sampleSet } from '../testing/samples.ts';
import { DATA_SOURCES, SOURCES } from './catalogue.ts';
import type { DownloadSource } from './source.ts';

const FOLDER = new URL('.', import.meta.url);

test('given the registry, then no two sources share an id, a name or a short name', () => {
  for (const key of ['id', 'name', 'short'] as const)
    expect(new Set(DATA_SOURCES.map((s) => s[key])).size).toBe(DATA_SOURCES.length);
  for (const source of DATA_SOURCES) expect(SOURCES[source.id]).toBe(source);
});

test('given a file of this folder, then it is in the registry and imports only words and types', () => {
  const files = readdirSync(FOLDER).filter((f) => !/^(catalogue|source)\.|\.test\.ts$/.test(f));
  expect(files.sort()).toEqual(DATA_SOURCES.map((s) => `${s.id}.ts`).sort());
  for (const file of files) {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    for (const [, from] of source.matchAll(/ from '(.*)';/g))
      expect(['../class-names.ts', './source.ts']).toContain(from);
  }
});

describe.each(DATA_SOURCES.map((s) => [s.id, s] as const))('%s', (id, source) => {
  it('given its entry, then it has a name, a short name, a sentence and distinct class names', () => {
    expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(source.name).toMatch(/^[A-Z].{4,60}$/);
    expect(source.short).toMatch(/^\S.{2,20}$/);
    expect(source.words).toMatch(/^[A-Z].{40,200}\.$/);
    expect(source.classNames.length).toBeGreaterThanOrEqual(2);
    expect(new Set(source.classNames).size).toBe(source.classNames.length);
  });

  it('given its limits, then they are whole numbers that a configuration may ask for', () => {
    const { classes, train, test } = source.limits;
    for (const n of [classes, train, test]) expect(Number.isInteger(n)).toBe(true);
    // The classes of files are known only after reading them.
    if (source.kind !== 'files') expect(classes).toBe(source.classNames.length);
    const dataset = { source: id, classes: [0, classes - 1], trainSize: train, testSize: test };
    expect(parseConfig({ ...PRESETS.quick, dataset }).dataset).toEqual(dataset);
  });
});

const generated = DATA_SOURCES.filter((s) => s.kind === 'generated');
test.each(generated)('given $id, when loaded offline, then it has images of its classes', async (source) => {
  const data = await loadDataset(source.id, { trainSize: 40, testSize: 20, baseUrl: '' });
  expect([data.train.labels.length, data.test.labels.length]).toEqual([40, 20]);
  expect(data.classNames).toEqual(source.classNames);
  expect(Math.max(...data.train.labels)).toBeLessThan(source.limits.classes);
  expect(data.provenance.length).toBeGreaterThan(10);
});

const hosted = DATA_SOURCES.filter((s) => s.kind === 'hosted');
describe.each(hosted.map((s) => [s.id, s] as const))('%s', (id, source) => {
  const baseUrl = new URL('../../../../public/', import.meta.url).href;

  it('given its shards in the repository, when loaded, then they agree with the entry and have as many images of each class', async () => {
    const environment = { ...nodeEnvironment('.cache'), cache: null };
    const data = await loadDataset(id, { baseUrl, environment });
    expect(data.classNames).toEqual(source.classNames);
    for (const which of ['train', 'test'] as const) {
      const { labels, images } = data[which];
      expect(labels.length).toBe(source.limits[which]);
      const counts = source.classNames.map((_, c) => labels.filter((l) => l === c).length);
      expect(new Set(counts)).toEqual(new Set([source.limits[which] / source.classNames.length]));
      // The pixels are not all the same.
      expect(new Set(images.subarray(0, 3072)).size).toBeGreaterThan(50);
    }
    const bytes = (source.limits.train + source.limits.test) * 3073;
    expect(source.size).toBe(`${(bytes / 1e6).toFixed(1)} MB`);
  });

  it('given a site without its shards, when loaded, then the error says so', async () => {
    const environment = { cache: null, fetch: async () => new Response(null, { status: 404 }) };
    await expect(loadDataset(id, { baseUrl: 'https://a.example/', environment })).rejects.toThrow(
      `${source.short} could not be loaded (no ${source.short} is hosted beside this page). Check`,
    );
  });
});

const downloads = DATA_SOURCES.filter((s): s is DownloadSource<typeof s.id> => s.kind === 'download');
test.each(downloads)(
  'given $id, when loaded, then its parquet files at Hugging Face are read, and the provenance names them',
  async (source) => {
    const { huggingFace, archive } = source.download;
    const asked: string[] = [];
    const environment = {
      cache: null,
      officialArchive: null,
      decodePngs: decodePngsInNode,
      fetch: async (input: RequestInfo | URL) => {
        asked.push(String(input));
        const set = sampleSet(String(input).endsWith(huggingFace.train) ? 4 : 2);
        return new Response(parquetOf(set, 100, undefined, huggingFace.labelColumn) as BodyInit);
      },
    };
    const data = await loadDataset(source.id, { environment });
    expect(data.train).toEqual(sampleSet(4));
    expect(data.test).toEqual(sampleSet(2));
    expect(data.classNames).toEqual(source.classNames);
    expect(data.provenance).toContain(`${source.short} from Hugging Face (${huggingFace.repository})`);
    for (const url of asked)
      expect(url.startsWith(`https://huggingface.co/datasets/${huggingFace.repository}/`)).toBe(true);
    if (archive) expect(archive.md5).toMatch(/^[0-9a-f]{32}$/);
  },
);
