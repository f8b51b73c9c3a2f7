import { spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { LINE_UPS } from '../../core/experiments/line-ups.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { withSetting } from '../../core/settings/at.ts';
import { SETTING_PATHS, SETTINGS } from '../../core/settings/specs.ts';
import { otherValue } from '../../core/settings/testing/setting-values.ts';
import { experimentCommand } from './experiment-command.ts';
import { officialCommand } from './official-commands.ts';
import { inShell, likelyShell, posixLines } from './shells.ts';

/**
 * The line that cmd.exe passes to the program: outside double quotes a caret escapes the next character or the line's
 * end.
 */
function throughCmd(line: string): string {
  let out = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"') quoted = !quoted;
    if (c === '%') throw new Error('cmd would look for a variable');
    if (!quoted && c === '^') {
      i++;
      if (line[i] === '\n') i++;
      out += line[i] ?? '';
      continue;
    }
    if (!quoted && /[&|<>()\n]/.test(c)) throw new Error(`cmd would act on ${JSON.stringify(c)}`);
    out += c;
  }
  return out;
}

/**
 * Microsoft's CommandLineToArgvW: 2n backslashes before a quote are n backslashes, and the quote begins or ends a
 * quoted part; 2n + 1 backslashes before it are n backslashes and a literal quote.
 */
function argvOf(line: string): string[] {
  const out: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (let i = 0; i < line.length;) {
    const slashes = /^\\*/.exec(line.slice(i))![0].length;
    const next = line[i + slashes];
    if (slashes > 0) {
      word = (word ?? '') + '\\'.repeat(next === '"' ? slashes >> 1 : slashes);
      i += slashes;
      if (next === '"' && slashes % 2 === 1) {
        word += '"';
        i++;
      }
    } else if (next === '"') {
      quoted = !quoted;
      word ??= '';
      i++;
    } else if (!quoted && /[ \t]/.test(next)) {
      if (word !== null) out.push(word);
      word = null;
      i++;
    } else {
      word = (word ?? '') + next;
      i++;
    }
  }
  return word === null ? out : [...out, word];
}

/**
 * The part of PowerShell's argument mode that these commands use; throws if PowerShell would change the text.
 */
function throughPowerShell(line: string): string[] {
  const words: string[] = [];
  const rest = line.replaceAll('`\n', ' ');
  for (const [token] of rest.matchAll(/(?:'(?:[^']|'')*'|[^\s'])+/g)) {
    if (token.startsWith("'")) {
      words.push(token.slice(1, -1).replaceAll("''", "'"));
      continue;
    }
    if (token === '--') throw new Error('npm.ps1 would not be given --');
    if (/[`$"(){};,|&<>@#‘’]/.test(token)) throw new Error(`PowerShell would act on ${token}`);
    if (/^-.*[.:]/.test(token)) throw new Error(`PowerShell would split ${token}`);
    if (/^[\d.]/.test(token) && String(Number(token)) !== token)
      throw new Error(`PowerShell would change ${token}`);
    words.push(token);
  }
  return words;
}

const throughSh = (command: string): string[] =>
  spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .stdout.split('\0')
    .slice(0, -1);

const base = PRESETS.demo;
const odd = {
  ...base,
  dataset: { ...base.dataset, source: 'archive' as const, classes: [3, 42] },
  contestants: [
    contestant('arat', { invarianceWeight: 0.1, stopGradient: false, metric: 'mse' }),
    contestant('trades', { beta: 2.5 }),
    { ...contestant('at'), label: `a & b | c %PATH% "x" 'y' $(rm) \`z\` ^ ! \\` },
  ],
};
/** Every setting differs from the preset. */
const all = SETTING_PATHS.reduce(
  (config, path) => withSetting(config, path, otherValue(SETTINGS[path])),
  base,
);
const configs = [base, all, PRESETS.official, odd, { ...base, contestants: LINE_UPS.paper.contestants() }];
const commands = configs.flatMap((config) => [
  experimentCommand(config, 'CIFAR-100').command,
  ...config.contestants.flatMap((c) => officialCommand(config, c, 'CIFAR-10')?.command ?? []),
  ...(['one-cycle', 'cosine', 'step', 'constant'] as const).flatMap(
    (schedule) =>
      officialCommand(
        { ...config, optimiser: { ...config.optimiser, schedule } },
        contestant('at'),
        'CIFAR-10',
      )?.command ?? [],
  ),
]);

describe('every command line that the page shows', () => {
  it('given a POSIX shell, when it runs the command, then the words are those of posixLines', () => {
    for (const command of commands) expect(throughSh(command)).toEqual(posixLines(command).flat());
  });

  const windows = (command: string) => {
    const words = posixLines(command).flat();
    return words[0] === 'python3' ? ['python', ...words.slice(1)] : words;
  };

  it('given cmd.exe and CommandLineToArgvW, then the program gets the same words, through a batch file as well', () => {
    for (const command of commands) {
      const passed = throughCmd(inShell(command, 'cmd'));
      expect(argvOf(passed)).toEqual(windows(command));
      expect(argvOf(throughCmd(passed))).toEqual(windows(command));
    }
  });

  it('given PowerShell, then the program gets the same words', () => {
    for (const command of commands)
      expect(throughPowerShell(inShell(command, 'powershell'))).toEqual(windows(command));
  });

  it('given words with blanks, quotes and brackets, then each form keeps them', () => {
    const command = `npm run x -- 'a b' "c->d" '[(0, 1), (2, 0.1)]' 0.10 -a.b 'it'\\''s' 'end\\'`;
    const words = [
      'npm',
      'run',
      'x',
      '--',
      'a b',
      'c->d',
      '[(0, 1), (2, 0.1)]',
      '0.10',
      '-a.b',
      "it's",
      'end\\',
    ];
    expect(posixLines(command).flat()).toEqual(words);
    expect(throughSh(command)).toEqual(words);
    expect(throughPowerShell(inShell(command, 'powershell'))).toEqual(words);
    expect(argvOf(throughCmd(inShell(command, 'cmd')))).toEqual(words);
  });

  it('given a word that has no safe form for cmd.exe, then it throws', () => {
    expect(() => inShell("echo '%PATH%'", 'cmd')).toThrow(/no safe form/);
  });
});

test('given a platform, then its usual shell is proposed', () => {
  expect(['Win32', 'Windows', 'MacIntel', 'Linux x86_64', ''].map(likelyShell)).toEqual([
    ...['powershell', 'powershell', 'posix', 'posix', 'posix'],
  ]);
});
