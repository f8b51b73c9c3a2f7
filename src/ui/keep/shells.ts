/**
 * Writes a POSIX command line for other shells: splits it into words and quotes them for the other shell.
 */

export const SHELLS = ['posix', 'powershell', 'cmd'] as const;
export type Shell = (typeof SHELLS)[number];

export const SHELL_NAMES: Readonly<Record<Shell, string>> = {
  posix: 'Linux, macOS',
  powershell: 'PowerShell',
  cmd: 'cmd.exe',
};

/**
 * The words of each line of a POSIX command that is continued with backslashes. Blanks separate words, '…' and "…"
 * group, \ escapes.
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
 * The word for PowerShell, in single quotes unless it is a plain name, option or whole number. Unquoted, PowerShell
 * reads commas as lists, changes `0.10` to 0.1, splits `-a.b`, and removes a bare `--`.
 */
function forPowerShell(word: string): string {
  if (/^(--?[A-Za-z][A-Za-z0-9_-]*|[A-Za-z_][A-Za-z0-9_-]*|0|[1-9]\d{0,8})$/.test(word)) return word;
  // Typographic quotes end a string in PowerShell, too.
  return `'${word.replace(/['‘’‚‛]/g, '$&$&')}'`;
}

/**
 * The word for cmd.exe and the programs that it starts (CommandLineToArgvW), in double quotes unless it is plain. Only
 * `%`, `!`, `"` and line breaks have a meaning within them, also if a batch file such as npm.cmd passes the line on;
 * no command here has them, and this throws `Error` for them.
 */
function forCmd(word: string): string {
  if (/["%!\r\n]/.test(word)) throw new Error(`cmd.exe has no safe form of ${JSON.stringify(word)}.`);
  return /^[A-Za-z0-9_./:\\-]+$/.test(word) ? word : `"${word.replace(/\\+$/, '$&$&')}"`;
}

const FORMS: Readonly<Record<Exclude<Shell, 'posix'>, { quote: (word: string) => string; next: string }>> = {
  powershell: { quote: forPowerShell, next: ' `\n  ' },
  cmd: { quote: forCmd, next: ' ^\n  ' },
};

/** `command`, written for a POSIX shell, in the form for `shell`. On Windows, `python3` becomes `python`. */
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
