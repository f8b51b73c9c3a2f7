/** The page's reader gives the same for every form of CIFAR as the command line (core/data/forms.test.ts). */
import { describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { Forms, HUNDRED, TEN, type FormFile } from '../core/data/testing/form-list.ts';
import { Datasets } from './datasets.ts';

// Not by fetch: Vite's server declares .gz files as compressed in transit, and the browser would unpack them.
const forms = new Forms(async (name) => {
  const base64 = await commands.readFile(`src/core/data/testing/forms/${name}`, 'base64');
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
});

/** As the page hands over what was dropped or chosen: a file of a folder has the folder in its name. */
const dropped = (files: readonly FormFile[]): File[] =>
  files.map(({ name, bytes }) => Object.defineProperty(new File([bytes], name), 'name', { value: name }));

async function load(files: readonly FormFile[]) {
  const datasets = new Datasets(location.href);
  const summary = await datasets.load(
    'archive',
    dropped(files),
    () => {},
    () => {},
  );
  return { summary, data: datasets.get('archive')! };
}

describe('files given to the page', () => {
  it.each([
    ...forms.ten.map(([what, files]) => ['CIFAR-10', what, files, TEN] as const),
    ...forms.hundred.map(([what, files]) => ['CIFAR-100', what, files, HUNDRED] as const),
  ])(
    'given %s as %s, when loaded, then its images are the same',
    async (title, _, files, { train, test }) => {
      const { summary, data } = await load(await files());
      expect(summary).toMatchObject({ source: 'archive', trainCount: 4, testCount: 2 });
      expect(summary.provenance).toMatch(new RegExp(`^${title} `));
      expect(data.train).toEqual(train);
      expect(data.test).toEqual(test);
    },
  );

  it.each(forms.wrong)('given %s, when loaded, then one sentence says so', async (_, files, sentence) => {
    const given = await files();
    await expect(load(given)).rejects.toThrow(sentence);
    await expect(load(given)).rejects.not.toThrow('\n');
  });
});
