/** Prints the progress of a download: in a terminal one line that is updated, in a log a line every ten seconds. */
import type { OnProgress } from '../core/data/byte-reader.ts';
import { formatSeconds } from './args.ts';

/** The part of `process.stderr` that is needed here. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const TERMINAL_MS = 200;
const LOG_MS = 10_000;
/** Milliseconds of a download before its rate is shown. */
const RATE_MS = 2000;
const CLEAR = '\r\x1b[K';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

export interface LoadProgressPrinter {
  readonly onProgress: OnProgress;
  /** Prints a line above the one that is updated. */
  readonly say: (line: string) => void;
  /** Call when the load is over: ends the line that is updated. */
  readonly end: () => void;
}

export function loadProgressPrinter(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): LoadProgressPrinter {
  let phase: { name: string; at: number; bytes: number } | null = null;
  let last = { at: -Infinity, line: '' };
  let open = false;
  const clear = () => {
    if (open) stream.write(CLEAR);
    open = false;
  };
  const print = (line: string) => {
    last = { at: now(), line };
    stream.write(stream.isTTY ? `${CLEAR}${line}` : `${line}\n`);
    open = stream.isTTY === true;
  };
  return {
    onProgress({ phase: name, loadedBytes, totalBytes }) {
      // A download that starts again gets a new rate.
      const begins = phase?.name !== name || loadedBytes < phase.bytes;
      if (phase === null || begins) phase = { name, at: now(), bytes: loadedBytes };
      const whole = totalBytes !== null && loadedBytes >= totalBytes;
      const due = now() - last.at >= (stream.isTTY ? TERMINAL_MS : LOG_MS);
      const line = progressLine(name, loadedBytes, totalBytes, loadedBytes - phase.bytes, now() - phase.at);
      if (line !== last.line && (begins || whole || due)) print(line);
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end() {
      if (open) stream.write('\n');
      open = false;
    },
  };
}

function progressLine(name: string, loaded: number, total: number | null, bytes: number, ms: number): string {
  const parts: string[] = [];
  if (loaded > 0) parts.push(`${megabytes(loaded)}${total === null ? '' : ` of ${megabytes(total)}`} MB`);
  if (ms >= RATE_MS && bytes > 0) {
    parts.push(`${megabytes((1000 * bytes) / ms)} MB/s`);
    if (total !== null && loaded < total)
      parts.push(`${formatSeconds(((total - loaded) * ms) / bytes / 1000)} left`);
  }
  return parts.length > 0 ? `${name}: ${parts.join(', ')}` : name;
}
