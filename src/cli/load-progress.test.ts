import { expect, it } from 'vitest';
import { loadProgressPrinter } from './load-progress.ts';

/** A printer with a clock that the test sets, and what it writes. */
function printed(isTTY: boolean) {
  let ms = 0;
  const writes: string[] = [];
  const printer = loadProgressPrinter({ isTTY, write: (text) => writes.push(text) }, () => ms);
  const at = (seconds: number, megabytes: number, total: number | null = 170, phase = 'Downloading a') => {
    ms = 1000 * seconds;
    printer.onProgress({
      phase,
      loadedBytes: megabytes * 1e6,
      totalBytes: total === null ? null : total * 1e6,
    });
  };
  return { printer, at, writes };
}

it('given a log, then it prints a line at the start of a phase, every ten seconds and at its end, with rate and time left', () => {
  const { printer, at, writes } = printed(false);
  for (let second = 0; second <= 34; second++) at(second, 5 * second);
  at(35, 170, 170, 'Reading a');
  printer.end();
  expect(writes).toEqual([
    'Downloading a\n',
    'Downloading a: 50.0 of 170.0 MB, 5.0 MB/s, 24 s left\n',
    'Downloading a: 100.0 of 170.0 MB, 5.0 MB/s, 14 s left\n',
    'Downloading a: 150.0 of 170.0 MB, 5.0 MB/s, 4 s left\n',
    'Downloading a: 170.0 of 170.0 MB, 5.0 MB/s\n',
    'Reading a: 170.0 of 170.0 MB\n',
  ]);
});

it('given a terminal, then it updates one line, prints notes above it, and ends it with a line break', () => {
  const { printer, at, writes } = printed(true);
  at(0, 0);
  at(0.1, 1);
  at(4, 20, null);
  printer.say('A note.');
  at(5, 25, null);
  printer.end();
  printer.end();
  expect(writes).toEqual([
    '\r\x1b[KDownloading a',
    '\r\x1b[KDownloading a: 20.0 MB, 5.0 MB/s',
    '\r\x1b[K',
    'A note.\n',
    '\r\x1b[KDownloading a: 25.0 MB, 5.0 MB/s',
    '\n',
  ]);
});

it('given a download that starts again after a wait, then it prints the wait and counts the new rate from the start', () => {
  const { at, writes } = printed(false);
  at(0, 0);
  at(10, 100);
  at(11, 0, null, 'host is busy (429): asking again in 30 s');
  at(41, 1);
  at(51, 11);
  expect(writes.slice(2)).toEqual([
    'host is busy (429): asking again in 30 s\n',
    'Downloading a: 1.0 of 170.0 MB\n',
    'Downloading a: 11.0 of 170.0 MB, 1.0 MB/s, 2 min 39 s left\n',
  ]);
});
