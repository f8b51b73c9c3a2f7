/** The form of a command's `--help`: options, what they take, and what they do in indented lines. */

const INDENT = ' '.repeat(6);

/** `text` in indented lines of at most 100 characters. */
const wrapped = (text: string): string => text.replace(/(.{1,94})(?:\s+|$)/gu, `${INDENT}$1\n`).trimEnd();

export const helpEntry = (name: string, takes: string, help: string): string =>
  `  ${name}  ${takes}`.trimEnd() + `\n${wrapped(help)}`;
