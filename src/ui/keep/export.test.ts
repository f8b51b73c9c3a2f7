import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { Contestant } from '../../core/settings/config.ts';
import { CONTESTANTS, sampleConfig, sampleRace, SWITCHES } from '../../snapshot/testing/sample-race.ts';
import { cifarOfConfig } from './cifar-of-config.ts';
import { csvCell } from '../shared/csv.ts';
import { conflictCsv, curvesCsv, finalCsv } from '../shared/race-csv.ts';
import { fileName } from '../shared/download.ts';
import { importResult } from './import-result.ts';
import { officialCommand } from './official-commands.ts';
import { slug } from './official-scripts.ts';

/** A small RFC 4180 reader for what was written. Like pandas, it skips a byte order mark. */
function readCsv(file: string): string[][] {
  const text = file.replace(/^\uFEFF/, '');
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows[rows.length - 1].push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows.pop();
  return rows;
}

describe('CSV', () => {
  const race = sampleRace({ epochs: 3 });

  it('given a race, when curves are exported, then each point of each contestant is a row with its figures', () => {
    const [header, ...rows] = readCsv(curvesCsv(race));
    expect(rows).toHaveLength(3 * 4);
    const at = (row: string[], name: string) => row[header.indexOf(name)];
    const arat = race.runs[2];
    const row = rows.find((r) => at(r, 'label') === 'ARAT' && at(r, 'epoch') === '2');
    expect(Number(at(row!, 'clean'))).toBe(arat.curves[2].clean);
    expect(Number(at(row!, 'term_invariance'))).toBe(arat.curves[2].terms?.invariance);
    expect(Number(at(row!, 'balance'))).toBe(arat.curves[2].balance);
    // A term that TRADES does not have is empty.
    expect(
      at(
        rows.find((r) => at(r, 'label') === 'TRADES')!,
        'term_invariance',
      ),
    ).toBe('');
  });

  it('given a race, when gradient conflict is exported, then there is one row per step and layer, and one for all layers', () => {
    const [, ...rows] = readCsv(conflictCsv(race));
    const layers = Object.keys(race.runs[1].gradientConflict[0].perLayer).length;
    const points = race.runs.reduce((n, r) => n + r.gradientConflict.length, 0);
    expect(rows).toHaveLength(points * (layers + 1));
  });

  it('given a race over seeds, when exported, then every row has its run’s seed; with one seed, the configuration’s', () => {
    const repeated = sampleRace({ epochs: 1, methods: 2, repeats: 2 });
    for (const write of [curvesCsv, conflictCsv, finalCsv]) {
      const [header, ...rows] = readCsv(write(repeated));
      const seeds = rows.map((r) => r[header.indexOf('seed')]);
      expect(new Set(seeds)).toEqual(new Set(['0', '1']));
      const [, ...single] = readCsv(write({ ...race, config: { ...race.config, seed: 7 } }));
      expect(new Set(single.map((r) => r[header.indexOf('seed')]))).toEqual(new Set(['7']));
    }
  });

  it('given a run without a final figure, when the table is exported, then its cells are empty', () => {
    const stopped = { ...race, runs: race.runs.map((r) => ({ ...r, final: null })) };
    const [header, ...rows] = readCsv(finalCsv(stopped));
    expect(rows.map((r) => r[header.indexOf('clean')])).toEqual(['', '', '']);
  });

  it('given a run that failed, when the table is exported, then its row has the reason, and the others have an empty cell', () => {
    const failure = 'TRADES diverged, "early": its loss is not a finite number.';
    const runs = race.runs.map((r) => (r.label === 'TRADES' ? { ...r, final: null, failure } : r));
    const [header, ...rows] = readCsv(finalCsv({ ...race, runs }));
    const told = rows.map((r) => [r[header.indexOf('label')], r[header.indexOf('failure')]]);
    expect(told).toEqual([
      ['AT', ''],
      ['TRADES', failure],
      ['ARAT', ''],
    ]);
  });

  it('given any text, when written as a cell and read back, then it is the same, or has an apostrophe if a spreadsheet would run it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const written = csvCell(text) + ',\n';
        const back = readCsv(written)[0][0];
        // A carriage return at the end is quoted, so it is not lost.
        expect(back === text || back === `'${text}`).toBe(true);
        expect(back).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });

  it('given numbers that are not finite, when written, then the cell is empty', () => {
    expect([NaN, Infinity, undefined, null].map((x) => csvCell(x))).toEqual(['', '', '', '']);
  });
});

describe('import', () => {
  const file = (text: string, name = 'result.json') => new File([text], name);

  it('given an exported result, when imported, then it is the same result', async () => {
    const race = sampleRace({ epochs: 2 });
    expect(await importResult(file(JSON.stringify(race)))).toEqual(race);
  });

  it.each([
    ['', /result\.json is empty/],
    ['not json', /result\.json is not JSON/],
    ['{}', /result\.json: This is not a race result: version/],
    ['{"version": 2}', /newer version/],
    ['[1,2]', /not a race result/],
  ])(
    'given a file with %j, when imported, then the error names the file and what is wrong',
    async (text, message) => {
      await expect(importResult(file(text))).rejects.toThrow(message);
    },
  );

  it('given any JSON, when imported, then the error names the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        await expect(importResult(file(text))).rejects.toThrow(/result\.json/);
      }),
    );
  });
});

describe('official command lines', () => {
  const config = (contestants: readonly Contestant[] = CONTESTANTS) =>
    sampleConfig(contestants, 8, [1, 1, 1]);
  const official = {
    ...sampleConfig(CONTESTANTS, 100, [2, 2, 2, 2]),
    dataset: {
      source: 'cifar10' as const,
      classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      trainSize: 50_000,
      testSize: 10_000,
    },
    network: PRESETS.official.network,
  };
  official.optimiser.schedule = 'official';
  official.optimiser.keepLastBatch = true;

  it('given ARAT with changed switches, then the command has an option for each', () => {
    const c: Contestant = {
      label: 'mine',
      method: 'arat',
      switches: {
        ...SWITCHES,
        stopGradient: false,
        predictor: false,
        autoBalance: false,
        metric: 'mse',
        alignedLayers: 'lastTwo',
        invarianceWeight: 7,
      },
    };
    const { command } = officialCommand(config(), c, 'CIFAR-10')!;
    expect(command).toContain('--align_type "x<->y"');
    expect(command).toContain('--is_use_predictor_xx False');
    expect(command).toContain('--is_auto_balance_ce_loss False');
    expect(command).toContain('--feat_align_loss_metric mse');
    expect(command).toContain('--align_features_weight 7');
    expect(command).toMatch(/--align_layers layer3\.0\.bn1,.*layer4\.1\.bn2/);
  });

  it('given the official settings and quirks, then only the script’s evaluation and what ARAT’s balance is measured on differ', () => {
    const c: Contestant = {
      label: 'ARAT',
      method: 'arat',
      switches: { ...SWITCHES, officialAliasing: true, attackUpdatesStatistics: true },
    };
    expect(officialCommand(official, c, 'CIFAR-10')!.differences).toEqual([
      expect.stringMatching(/attacks all test images every 5 epochs/),
      expect.stringMatching(/measures the balance on 8 shuffled/),
    ]);
  });

  it('given a small run, then the differences of every method name data and network', () => {
    for (const c of CONTESTANTS) {
      const { differences } = officialCommand(config(), c, 'CIFAR-10')!;
      expect(differences.join(' ')).toMatch(/all of CIFAR-10/);
      expect(differences.join(' ')).toMatch(/width 32/);
    }
    const shared: Contestant = { label: 'x', method: 'arat', switches: { ...SWITCHES, splitBn: false } };
    expect(officialCommand(config(), shared, 'CIFAR-10')!.differences.join(' ')).toMatch(
      /no switch for shared BatchNorm/,
    );
  });

  it('given a run on CIFAR-100, then commands and differences name CIFAR-100', () => {
    const dataset = { source: 'archive' as const, classes: [3, 42, 99], trainSize: 600, testSize: 300 };
    const c100 = { ...config(), dataset };
    expect(cifarOfConfig(c100)).toBe('CIFAR-100');
    const [at, trades, arat] = CONTESTANTS.map((c) => officialCommand(c100, c, 'CIFAR-100')!);
    expect(arat.command).toContain('--dataset cifar100 ');
    expect(arat.differences.join(' ')).not.toContain('CIFAR-10,');
    expect(trades.differences.join(' ')).toMatch(/datasets\.CIFAR100 .*num_classes=100/);
    expect(at.differences.join(' ')).toMatch(/does not support CIFAR-100/);
    for (const { differences } of [trades, arat])
      expect(differences.join(' ')).toMatch(/all of CIFAR-100, not on 600 images of 3 classes/);
    // A run on all data has no difference about a part of it.
    const classes = Array.from({ length: 100 }, (_, i) => i);
    const whole = { ...official, dataset: { ...dataset, classes, trainSize: 50_000 } };
    expect(officialCommand(whole, CONTESTANTS[2], 'CIFAR-100')!.differences.join(' ')).not.toMatch(/all of/);
  });

  it('given classes that both sets have, then the provenance of the data decides', () => {
    const dataset = { source: 'archive' as const, classes: [1, 2], trainSize: 600, testSize: 300 };
    const c = { ...config(), dataset };
    expect(cifarOfConfig(c, 'CIFAR-100 binary files: cifar-100-binary.tar.gz')).toBe('CIFAR-100');
    expect(cifarOfConfig(c, 'CIFAR-10 binary files: cifar-10-binary.tar.gz')).toBe('CIFAR-10');
    expect(cifarOfConfig({ ...c, dataset: { ...dataset, source: 'cifar10' } }, 'CIFAR-100')).toBe('CIFAR-10');
  });

  it('given ARAT+SWA that averages once an epoch, then the command is ARAT’s with one average per epoch from the chosen epoch on', () => {
    const c: Contestant = { label: 'swa', method: 'arat-swa', switches: { ...SWITCHES, averageFrom: 0.76 } };
    const { command } = officialCommand(official, c, 'CIFAR-10')!;
    const steps = Math.ceil(50_000 / official.optimiser.batchSize);
    expect(command).toContain(`--is_swa True --swa_start 76 --swa_freq ${steps}`);
    expect(command.startsWith(officialCommand(official, { ...c, method: 'arat' }, 'CIFAR-10')!.command)).toBe(
      true,
    );
  });

  it('given TRADES, then options that its script cannot parse are not in the command, but in the differences', () => {
    const { command, differences } = officialCommand(config(), CONTESTANTS[1], 'CIFAR-10')!;
    expect(command).not.toMatch(/--beta|--epsilon|--num-steps|--step-size/);
    expect(differences.join(' ')).toMatch(/beta 6/);
  });

  it('given any label, when put in a command, then it has no character that a shell interprets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), (label) => {
        expect(slug(label)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
        const { command } = officialCommand(
          config(),
          { label, method: 'arat', switches: SWITCHES },
          'CIFAR-10',
        )!;
        expect(command.split('--mark ')[1]).toBe(slug(label));
      }),
    );
  });
});

describe('file names', () => {
  it('given any parts, when made into a file name, then it has no separator and does not begin with a dot', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (parts) => {
        expect(fileName(parts, 'json')).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.json$/);
      }),
    );
  });
});
