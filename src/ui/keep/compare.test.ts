import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHOD_IDS, type Switches } from '../../core/settings/config.ts';
import type { Spec } from '../../core/settings/spec.ts';
import { SWITCH_NAMES } from '../../core/settings/specs.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { anyValue } from '../../core/settings/testing/setting-values.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { contestantText, parseContestants } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { comparability, comparedCaption, estimateWords } from './CompareRuns.tsx';
import { experimentCommand } from './experiment-command.ts';
import { figureCaption } from './figure-caption.ts';
import { overlayOf, runDifferences, type ComparedRun } from './overlay.ts';
import { figures } from './RunsTable.tsx';
import { distinguishingNotes, settingsDiff } from './settings-diff.ts';
import { linkWith, openSnapshotFromLocation } from './snapshot-link.ts';
import { encodeSnapshot } from '../../snapshot/encode.ts';

const race = sampleRace({ epochs: 2 });
const saved = (change: Partial<typeof race.config>): ComparedRun => ({
  id: JSON.stringify(change),
  name: 'x',
  result: { ...race, config: { ...race.config, ...change } },
});

describe('comparing runs', () => {
  it('given runs of the same settings, when compared, then no difference is reported', () => {
    expect(comparability([saved({}), saved({})])).toEqual([]);
  });

  it('given runs that differ in seed and attack, when compared, then both are named', () => {
    expect(
      comparability([saved({}), saved({ seed: 7, attack: { ...race.config.attack, eps: 4 / 255 } })]),
    ).toEqual(['the evaluation attack', 'the seeds']);
  });
});

describe('what the figures of runs count', () => {
  const other = sampleRace({ epochs: 2, repeats: 3, seed: 2 });
  const evaluation = { ...other.config.evaluation, n: 128 };
  const fewer = {
    id: 'b',
    name: 'mine',
    result: { ...other, commit: 'fedcba987654', config: { ...other.config, evaluation } },
  };

  it('given the curves of two runs, when exported, then the caption has images, seeds, attack, data and commit of each', () => {
    const caption = comparedCaption([saved({}), fewer]);
    expect(caption).toBe(`A, x: ${figureCaption(race, null)}. B, mine: ${figureCaption(fewer.result, null)}`);
    expect(caption).toMatch(/^A, x: n = 2,000 test images \(512 in estimates by epoch\); seed 0;/);
    expect(caption).toMatch(/B, mine: n = 2,000 test images \(128 .*mean of 3 seeds.*commit fedcba987654$/);
  });

  it('given runs with the same or other estimates, then their numbers of images are named', () => {
    expect(estimateWords([saved({}), saved({ seed: 7 })])).toBe('the first 512 test images');
    expect(estimateWords([saved({}), fewer])).toBe('the first test images (A: 512, B: 128)');
  });

  it('given a saved run in the table, then its figures name test images and seeds', () => {
    expect(figures({ result: race })).toMatch(
      /^AT: [\d.]+\s% \/ [\d.]+\s% · .* \(2,000 test images, one seed\)$/,
    );
    expect(figures(fewer)).toMatch(/ \(2,000 test images, 3 seeds\)$/);
    const runs = race.runs.map((run) => ({ ...run, final: null }));
    expect(figures({ result: { ...race, runs } })).toBe('no final figures');
  });
});

describe('names and settings of runs', () => {
  const { config, finishedAt } = race;
  const named = (change: Partial<typeof config>, ended = finishedAt) => ({
    name: 'demo',
    result: { config: { ...config, ...change }, finishedAt: ended },
  });

  it('given runs of one name, when noted, then each has the settings in which they differ', () => {
    const attack = { ...config.attack, eps: 4 / 255 };
    const notes = distinguishingNotes([named({}), named({ seed: 7 }), named({ seed: 7, attack })]);
    expect(notes[0]).toMatch(/^ε 8\/255, Seed \d+$/);
    expect(notes.slice(1)).toEqual(['ε 8/255, Seed 7', 'ε 4/255, Seed 7']);
  });

  it('given runs of equal settings, when noted, then the times of their ends differ', () => {
    const [a, b] = distinguishingNotes([named({}), named({}, '2020-01-02T03:04:05.000Z')]);
    expect(a).toMatch(/^ended /);
    expect(b).toMatch(/^ended /);
    expect(a).not.toBe(b);
  });

  it('given a run whose name is its own, when noted, then it has no note', () => {
    expect(distinguishingNotes([named({}), { ...named({ seed: 7 }), name: 'mine' }])).toEqual(['', '']);
  });

  it('given other contestants, when settings are compared, then the line-up is the last difference', () => {
    const fewer = { ...config, seed: 9, contestants: config.contestants.slice(0, 1) };
    expect(settingsDiff([config, fewer]).map((d) => d.label)).toEqual(['Seed', 'Contestants']);
    expect(settingsDiff([config, config])).toEqual([]);
  });
});

describe('runs in one chart', () => {
  it('given two runs of a contestant, when overlaid, then colour and marker are equal and the dash differs', () => {
    const { runs, styles, curve } = overlayOf([saved({}), saved({ seed: 7 })]);
    const label = race.runs[0].label;
    const [a, b] = [styles[`A: ${label}`], styles[`B: ${label}`]];
    expect([b.colour, b.marker]).toEqual([a.colour, a.marker]);
    expect(b.dash).not.toBe(a.dash);
    expect(runs.every((run) => curve('robust').points(run).length > 0)).toBe(true);
  });

  it('given a run in which a contestant lost 10 points, when compared by seed, then the difference is −0.1', () => {
    const worse: ComparedRun = {
      ...saved({}),
      id: 'worse',
      result: {
        ...race,
        runs: race.runs.map((r) => ({
          ...r,
          final: r.final && { ...r.final, robust: r.final.robust - 0.1 },
        })),
      },
    };
    const rows = runDifferences([saved({}), worse]);
    expect(rows.length).toBeGreaterThan(0);
    for (const { robust, clean } of rows) {
      expect(robust?.mean).toBeCloseTo(-0.1, 10);
      expect(clean?.mean).toBe(0);
    }
  });

  it('given runs of different seeds, when compared, then no difference is paired', () => {
    const other = saved({ seed: race.config.seed + 1 });
    const withoutSeeds = { ...other.result, runs: other.result.runs.map((r) => ({ ...r, seed: undefined })) };
    const first = { ...race, runs: race.runs.map((r) => ({ ...r, seed: undefined })) };
    expect(
      runDifferences([
        { ...saved({}), result: first },
        { ...other, result: withoutSeeds },
      ]),
    ).toEqual([]);
  });
});

describe('the command line of this project', () => {
  it('given seeds and classes beyond CIFAR-10, when written as a command, then it has --seeds and names CIFAR-100’s archive', () => {
    const { demo } = PRESETS;
    const dataset = { ...demo.dataset, source: 'archive' as const, classes: [3, 42] };
    const { command } = experimentCommand({ ...demo, dataset, repeats: 3 }, 'CIFAR-100');
    expect(command).toContain('--dataset cifar-100-binary.tar.gz');
    expect(command).toContain('--seeds 3');
    expect(experimentCommand(demo, 'CIFAR-10').command).not.toContain('--seeds');
  });

  it('given any switches of a method, when written as text and read by the command line, then they are the same', () => {
    const base = PRESETS.demo.contestants[0].switches;
    const value = fc.record({
      method: fc.constantFrom(...METHOD_IDS),
      switches: fc.record(
        Object.fromEntries(SWITCH_NAMES.map((name) => [name, anyValue<Spec>(SWITCHES[name])])),
      ) as fc.Arbitrary<unknown> as fc.Arbitrary<Switches>,
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (list) => {
        const contestants = list.map((c) => ({ label: 'x', ...c }));
        const read = parseContestants(contestants.map((c) => contestantText(c, base)).join(','), base);
        read.forEach((c, i) => {
          expect(c.method).toBe(contestants[i].method);
          for (const name of CATALOGUE[c.method].switches)
            expect(c.switches[name]).toBe(contestants[i].switches[name]);
        });
      }),
    );
  });

  it('given an unchanged preset, when written, then the command has only data set, preset, methods and output', () => {
    const { command, notes } = experimentCommand(PRESETS.official, 'CIFAR-10');
    expect(command.replaceAll(/\s*\\\n\s*/g, ' ')).toBe(
      "npm run experiment -- --dataset cifar10 --preset official --methods 'at,trades,arat,arat[invarianceWeight=0]' --out results.json",
    );
    expect(notes).toEqual(['Open results.json on this page with Import.']);
  });

  it('given changed settings, when written, then each is an option, and a note asks for the archive’s path', () => {
    const { demo } = PRESETS;
    const changed = {
      ...demo,
      seed: 7,
      dataset: { ...demo.dataset, source: 'archive' as const, classes: [1, 2] },
      network: { ...demo.network, blocks: [2, 2] },
      optimiser: { ...demo.optimiser, epochs: 3, learningRate: 0.5 },
    };
    const { command, notes } = experimentCommand(changed, 'CIFAR-10');
    expect(command).toContain('--classes 1,2 --blocks 2,2 --learning-rate 0.5 --epochs 3 --seed 7');
    expect(notes.join(' ')).toMatch(/path of your archive/);
  });
});

describe('a shared link in the address', () => {
  it('given an address without a shared result, when opened, then it gives null', async () => {
    expect(await openSnapshotFromLocation('')).toBeNull();
    expect(await openSnapshotFromLocation('#judge')).toBeNull();
  });

  it('given a link, when opened, then it gives its result; when damaged, then a message', async () => {
    const { hash } = await encodeSnapshot(race);
    const opened = await openSnapshotFromLocation(hash);
    expect(opened?.ok && opened.result.config).toEqual(race.config);
    expect(await openSnapshotFromLocation(hash.slice(0, 200))).toEqual({
      ok: false,
      message: expect.stringMatching(/damaged/),
    });
  });

  it('given an address with a fragment, when a link is made, then the fragment is replaced', () => {
    expect(linkWith('#s=abc', 'https://example.org/x/?a=1#old')).toBe('https://example.org/x/?a=1#s=abc');
  });
});
