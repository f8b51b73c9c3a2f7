/** Files that the command line writes: at every moment the old file or the new one is there, whole. Node only. */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';

/** Where a file is written before it takes its name. What a killed command leaves there, the next one replaces. */
export const partOf = (path: string): string => `${path}.part`;

/** Null where there is nothing. */
const infoOf = (path: string): Stats | null => statSync(path, { throwIfNoEntry: false }) ?? null;

/** Device files and pipes (`/dev/stdout`) cannot be renamed over, and hold nothing to keep. */
const isSpecial = (info: Stats | null): boolean => info !== null && !info.isFile() && !info.isDirectory();

/**
 * Writes `data` beside `path` and renames it, so that a crash, a kill or a full disk leaves what was there before. A
 * link stays a link, and a file keeps its permissions. Throws the file system's error.
 */
export function writeWhole(path: string, data: string | Uint8Array): void {
  const info = infoOf(path);
  if (isSpecial(info)) return writeFileSync(path, data);
  const target = info ? realpathSync(path) : path;
  const part = partOf(target);
  try {
    const file = openSync(part, 'w');
    try {
      writeFileSync(file, data);
      if (info) fchmodSync(file, info.mode);
      // Without it a power cut may leave the new name with nothing behind it.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Throws the file system's error where `writeWhole` could not write `path`: found out by writing beside it. */
export function tryWriting(path: string): void {
  const info = infoOf(path);
  if (info) accessSync(path, constants.W_OK);
  if (isSpecial(info)) return;
  const part = partOf(info ? realpathSync(path) : path);
  closeSync(openSync(part, 'w'));
  rmSync(part);
}
