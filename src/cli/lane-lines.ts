/**
 * Prints what an experiment says while it runs: plain lines, and in a terminal, below them, one line for each working
 * lane.
 */
import type { RaceEvent } from '../core/race/events.ts';
import { formatSeconds } from './args.ts';

/** The part of `process.stderr` that is needed here. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Progress = Extract<RaceEvent, { type: 'progress' }>;

/** Milliseconds without progress after which a lane's line disappears. */
const QUIET_MS = 10_000;

const named = ({ seed }: { readonly seed?: number }): string => (seed === undefined ? '' : `seed ${seed}  `);

function laneLine(e: Progress, epochs: number): string {
  const what = e.phase === 'train' ? `step ${e.step}` : 'evaluating';
  const loss = e.loss === null ? '' : `, loss ${e.loss.toFixed(4)}`;
  return `${named(e)}${e.contestant}: epoch ${Math.min(e.epoch + 1, epochs)}/${epochs}, ${what}${loss}`;
}

function totalLine({ stepsDone, stepsTotal, imagesPerSecond, secondsLeft }: Progress): string {
  const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`;
  return `${stepsDone} of ${stepsTotal} steps, ${imagesPerSecond.toFixed(0)} images/s${left}`;
}

export class LaneLines {
  private readonly lanes = new Map<string, { line: string; at: number }>();
  private total = '';
  /** How many lines of lanes are on the screen. */
  private shown = 0;

  constructor(
    private readonly epochsOf: (label: string) => number,
    private readonly stream: LineStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Prints a line above the lines of the lanes. */
  say(line: string): void {
    this.clear();
    this.stream.write(`${line}\n`);
    this.draw();
  }

  /** Updates the lines of the lanes; does nothing unless the stream is a terminal. */
  hear(event: RaceEvent): void {
    if (!this.stream.isTTY) return;
    if (event.type === 'progress') {
      const key = `${named(event)}${event.contestant}`;
      this.lanes.set(key, { line: laneLine(event, this.epochsOf(event.contestant)), at: this.now() });
      this.total = totalLine(event);
    } else if (event.type === 'final' || event.type === 'failure') {
      this.lanes.delete(`${named(event)}${event.label}`);
    } else return;
    this.clear();
    this.draw();
  }

  /** Removes the lines of the lanes. */
  end(): void {
    this.clear();
    this.lanes.clear();
  }

  private clear(): void {
    if (this.shown > 0) this.stream.write(`\x1b[${this.shown}A\r\x1b[J`);
    this.shown = 0;
  }

  private draw(): void {
    if (!this.stream.isTTY || this.lanes.size === 0) return;
    for (const [key, { at }] of this.lanes) if (this.now() - at > QUIET_MS) this.lanes.delete(key);
    const lines = [...this.lanes.values()].map(({ line }) => line).sort();
    const width = Math.max(20, (this.stream.columns ?? 80) - 1);
    // Cut lines to the width: `clear` counts lines, so none may wrap.
    for (const line of [...lines, this.total]) this.stream.write(`${line.slice(0, width)}\n`);
    this.shown = lines.length + 1;
  }
}
