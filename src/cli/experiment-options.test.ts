import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { settingAt } from '../core/settings/at.ts';
import type { SettingSpec, Spec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, SWITCH_NAMES } from '../core/settings/specs.ts';
import { otherValue } from '../core/settings/testing/setting-values.ts';
import { textOfValue } from '../core/settings/text.ts';
import { withSource } from '../core/experiments/with-source.ts';
import { UsageError } from './args.ts';
import { experimentHelp } from './experiment-help.ts';
import { parseRequest } from './experiment-options.ts';

/** The option's text for a value; for the source `archive` it is a file. */
const textFor = (path: string, spec: Spec, value: ReturnType<typeof otherValue>): string =>
  path === 'dataset.source' && value === 'archive' ? 'cifar.tar.gz' : textOfValue(spec, value);

test.each(SETTING_PATHS)(
  'given the option of %s with another value, when read, then this setting has it and no other changes',
  (path) => {
    const spec: SettingSpec = SETTINGS[path];
    const value = otherValue(spec);
    // The step schedule needs milestones, which this preset has.
    const preset = '--preset=official';
    const { config } = parseRequest([preset, `--${spec.option}=${textFor(path, spec, value)}`]);
    expect(settingAt(config, path)).toEqual(value);
    const plain = parseRequest([preset]).config;
    // Other images may be fewer, of other classes: with-source.test.ts.
    const expected = path === 'dataset.source' ? withSource(plain, config.dataset.source) : plain;
    for (const other of SETTING_PATHS.filter((p) => p !== path))
      expect(settingAt(config, other), other).toEqual(settingAt(expected, other));
  },
);

test.each(SETTING_PATHS.filter((path) => path !== 'dataset.source'))(
  'given the option of %s with an invalid text, when read, then a usage error of one line names the option and the text',
  (path) => {
    const attempt = () => parseRequest([`--${SETTINGS[path].option}=nonsense`]);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(new RegExp(`^--${SETTINGS[path].option} must be [^\n]*"nonsense"\\.$`));
  },
);

test('given 8 as a radius, when read, then the error asks whether 8/255 was meant', () => {
  expect(() => parseRequest(['--eps=8'])).toThrow('--eps must be at most 0.5, not 8');
  expect(() => parseRequest(['--eps=8'])).toThrow('did you mean 8/255?');
  expect(() => parseRequest(['--eval-step-size=2'])).toThrow('did you mean 2/255?');
});

test('given the step schedule, when read, then it needs milestones, from an option or the preset', () => {
  expect(() => parseRequest(['--preset=demo', '--schedule=step'])).toThrow(/--milestones/);
  const { optimiser } = parseRequest(['--preset=demo', '--schedule=step', '--milestones=0.5']).config;
  expect(optimiser).toMatchObject({ schedule: 'step', milestones: [0.5] });
  expect(parseRequest(['--preset=official', '--schedule=step']).config.optimiser.milestones).toEqual([
    0.75, 0.9,
  ]);
});

test('given --help, then it names every option and switch, and no line has more than 110 characters', () => {
  const lines = experimentHelp().split('\n');
  const names = lines.flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  const own = [
    'preset',
    'methods',
    'line-up',
    'backend',
    'jobs',
    'out',
    'weights',
    'resume',
    'overwrite',
    'print-config',
    'start',
    'start-network',
  ];
  expect(names.sort()).toEqual(
    [
      ...own.map((name) => `--${name}`),
      ...SETTING_PATHS.map((path) => `--${SETTINGS[path].option}`),
      ...SWITCH_NAMES,
    ].sort(),
  );
  expect(lines.filter((line) => line.length > 110)).toEqual([]);
});

test('given --print-config, when read, then the request has it and the settings of the other options', () => {
  const { printConfig, config } = parseRequest(['--preset=demo', '--epochs=3', '--print-config']);
  expect(printConfig).toBe(true);
  expect(config.optimiser.epochs).toBe(3);
  expect(parseRequest([]).printConfig).toBe(false);
});

describe('a method of formulas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arat-loss-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string): string => {
    const path = join(folder, 'loss.txt');
    writeFileSync(path, text);
    return `--methods=@${path}`;
  };

  test('given a file with a line for each switch, then it is one contestant with these switches', () => {
    const lines = [
      '# Mine',
      'label = My loss',
      "firstTerm = mean(ce(f(x'), y))",
      '',
      'secondTerm =',
      'splitBn = off',
    ];
    const { contestants } = parseRequest([file(lines.join('\r\n'))]).config;
    expect(contestants).toHaveLength(1);
    expect(contestants[0]).toMatchObject({
      label: 'My loss',
      method: 'custom',
      switches: { firstTerm: "mean(ce(f(x'), y))", secondTerm: '', splitBn: false },
    });
  });

  test.each([
    [
      'firstTerm = ce(f(x), y)',
      /^--methods: in the file ".*": firstTerm=ce\(f\(x\), y\): character 1: a term of the loss is one number/,
    ],
    ['beta = 1', /: Custom has no switch "beta"/],
    ['splitBn = off } , at', /has curly brackets; expected a line for each switch, such as firstTerm=/],
    ['{"firstTerm": "mean(ce(f(x), y))"}', /has curly brackets/],
    ['', /has no formula; expected a line for each switch/],
    ['# nothing but a comment', /has no formula/],
    ['mean(ce(f(x), y))', /"mean\(ce\(f\(x\), y\)\)" is no switch of custom and its value/],
  ])('given a file with %j, then a usage error of one line says what is wrong', (text, sentence) => {
    expect(() => parseRequest([file(text)])).toThrow(UsageError);
    expect(() => parseRequest([file(text)])).toThrow(sentence);
  });

  test('given a file beside a built-in method, then both race', () => {
    const methods = `${file('label=Mine')},at`.replace('@', 'arat,@');
    expect(parseRequest([methods]).config.contestants.map((c) => c.label)).toEqual(['ARAT', 'Mine', 'AT']);
  });

  test('given a file that is not there, then a usage error names it', () => {
    for (const path of [join(folder, 'none'), folder, '', 'a\0b'])
      expect(() => parseRequest([`--methods=@${path}`])).toThrow(
        /^--methods: the file ".*" cannot be read \(.*\); expected a line for each switch/,
      );
  });
});
