/** The figures of any two recorded runs may be compared: the same code computed them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The commit that each result names, by file. index.json holds no result. */
const commits = ['public/recorded', 'public/recorded/factorial'].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map(
      (file) =>
        [`${folder}/${file}`, JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as unknown] as const,
    )
    .filter(([, content]) => !Array.isArray(content))
    .map(([file, content]) => [file, (content as { commit?: string }).commit] as const),
);

test('given all recorded runs, those of the first screen included, then each names a commit, and all the same one', () => {
  expect(commits.map(([file]) => file)).toEqual(
    expect.arrayContaining([
      'public/recorded/quick-race.json',
      'public/recorded/factorial/index.json',
      'public/recorded/factorial/arat-bn1-sg1-h1-ab1-t1.json',
    ]),
  );
  const [[, first]] = commits;
  expect(first).toMatch(/^[0-9a-f]{12,40}$/);
  expect(commits.filter(([, commit]) => commit !== first)).toEqual([]);
});
