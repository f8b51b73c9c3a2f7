/**
 * One command line in the forms of the shells that visitors have: written for POSIX, read back into words, quoted anew.
 */

export const SHELLS = ['posix', 'powershell', 'cmd'] as const;
export type Shell = (typeof SHELLS)[number];

export const SHELL_NAMES: Readonly<Record<Shell, string>> = {
  posix: 'Linux, macOS',
  powershell: 'PowerShell',
  cmd: 'cmd.exe',
};

/**
 * The lines of a POSIX command (continued with a backslash) as words: blanks separate them, '…' and "…" group, \
 * escapes.
 */
export function posixLines(command: string): string[][] {
  return command.split(/\\\n/).map((line) =>
    [...line.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsu)].map(([word]) =>
      word.replace(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gsu,
        (_, single?: string, double?: string, one?: string) =>
          single !== undefined
            ? single
            : double !== undefined
              ? // Within double quotes a backslash escapes only these.
                double.replace(/\\([$`"\\])/gu, '$1')
              : (one ?? ''),
      ),
    ),
  );
}

/**
 * For PowerShell: single quotes, unless the word is a plain name, option or whole number. It reads commas as lists,
 * changes `0.10` to 0.1, splits `-a.b`, and takes a bare `--` for itself before npm sees it.
 */
function forPowerShell(word: string): string {
  if (/^(--?[A-Za-z][A-Za-z0-9_-]*|[A-Za-z_][A-Za-z0-9_-]*|0|[1-9]\d{0,8})$/.test(word)) return word;
  // Typographic quotes end a string in PowerShell, too.
  return `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`;
}

/**
 * For cmd.exe and the programs that it starts (CommandLineToArgvW): double quotes, within which nothing but `%` and `"`
 * means anything, also when a batch file such as npm.cmd passes the line on. Throws for these two: no command here
 * holds them.
 */
function forCmd(word: string): string {
  if (/["%!\r\n]/.test(word)) throw new Error(`cmd.exe has no safe form of ${JSON.stringify(word)}.`);
  return /^[A-Za-z0-9_./:\\-]+$/.test(word) ? word : `"${word.replace(/\\+$/, '$&$&')}"`;
}

const FORMS: Readonly<Record<Exclude<Shell, 'posix'>, { quote: (word: string) => string; next: string }>> = {
  powershell: { quote: forPowerShell, next: ' `\n  ' },
  cmd: { quote: forCmd, next: ' ^\n  ' },
};

/** `command`, written for a POSIX shell, as `shell` takes it. On Windows, Python's program is called python. */
export function inShell(command: string, shell: Shell): string {
  if (shell === 'posix') return command;
  const { quote, next } = FORMS[shell];
  const lines = posixLines(command).map((words) =>
    words.map((word, i) => quote(i === 0 && word === 'python3' ? 'python' : word)).join(' '),
  );
  return lines.join(next);
}

/** The shell that a visitor most likely has. */
export const likelyShell = (platform: string): Shell => (/^win/i.test(platform) ? 'powershell' : 'posix');
