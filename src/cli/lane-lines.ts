/**
 * What an experiment prints while it runs: plain lines, and in a terminal one line for each lane at work below them.
 */
import type { RaceEvent } from '../core/race/events.ts';
import { formatSeconds } from './args.ts';

/** The part of `process.stderr` that is used. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Progress = Extract<RaceEvent, { type: 'progress' }>;

/** A lane of which nothing was heard for so long is not at work, in milliseconds. */
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
  /** Lines of the block that is on the screen. */
  private shown = 0;

  constructor(
    private readonly epochs: number,
    private readonly stream: LineStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A line of its own, above the lines of the lanes. */
  say(line: string): void {
    this.clear();
    this.stream.write(`${line}\n`);
    this.draw();
  }

  hear(event: RaceEvent): void {
    if (!this.stream.isTTY) return;
    if (event.type === 'progress') {
      const key = `${named(event)}${event.contestant}`;
      this.lanes.set(key, { line: laneLine(event, this.epochs), at: this.now() });
      this.total = totalLine(event);
    } else if (event.type === 'final' || event.type === 'failure') {
      this.lanes.delete(`${named(event)}${event.label}`);
    } else return;
    this.clear();
    this.draw();
  }

  /** Leaves nothing of the lanes on the screen. */
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
    // A line that wraps could not be cleared.
    for (const line of [...lines, this.total]) this.stream.write(`${line.slice(0, width)}\n`);
    this.shown = lines.length + 1;
  }
}
