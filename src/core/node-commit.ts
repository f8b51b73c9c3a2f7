/** The git commit of the code, for results. Node only. */
import { spawnSync } from 'node:child_process';

function git(folder: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/**
 * The environment variable `ARAT_COMMIT`, else the commit of the git checkout in `folder`: 12 digits or more, followed
 * by `+` if tracked files differ from it. Undefined where there is neither, e.g. in an unpacked archive.
 */
export function commitOf(folder: string): string | undefined {
  const given = process.env.ARAT_COMMIT?.trim();
  if (given) return given;
  const commit = git(folder, 'rev-parse', '--short=12', 'HEAD');
  if (!commit) return undefined;
  return git(folder, 'status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}
