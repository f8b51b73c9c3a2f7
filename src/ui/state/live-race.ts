/** A race while it runs: events in, a result in the same form as a finished one out, outside React. */
import type { ExperimentConfig } from '../../core/settings/config.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { RESULTS_VERSION } from '../../core/result/results.ts';
import type { RaceEvent } from '../../core/training/events.ts';

type Run = {
  -readonly [K in keyof RunResult]: RunResult[K] extends readonly (infer T)[] ? T[] : RunResult[K];
};

export class LiveRace {
  /** By seed and label. */
  private readonly runs = new Map<string, Run>();
  /** What the last snapshot showed of each; a run is taken out when it changes. */
  private readonly shown = new WeakMap<Run, RunResult>();
  private backend: RaceResult['backend'] = 'cpu';
  private device = '';
  private ended: RaceResult | null = null;

  constructor(
    readonly runId: string,
    private readonly config: ExperimentConfig,
    private readonly dataset: RaceResult['dataset'],
    private readonly appVersion: string,
  ) {
    // The first seed's; those after it come as they are heard of.
    const seed = config.repeats > 1 ? config.seed : undefined;
    for (const { label } of config.contestants) this.run({ label, seed });
  }

  private run({ label, seed }: { label: string; seed?: number }): Run | undefined {
    const key = `${seed ?? ''} ${label}`;
    const known = this.runs.get(key);
    const contestant = this.config.contestants.find((c) => c.label === label);
    if (known || !contestant) return known;
    const run: Run = {
      ...contestant,
      ...(seed === undefined ? {} : { seed }),
      curves: [],
      gradientConflict: [],
      bn: [],
      final: null,
      imagesPerSecond: 0,
      seconds: 0,
    };
    this.runs.set(key, run);
    return run;
  }

  /** The run that an event is about, which it changes. */
  private changed(of: { label: string; seed?: number }): Run | undefined {
    const run = this.run(of);
    if (run) this.shown.delete(run);
    return run;
  }

  private copyOf(run: Run): RunResult {
    const known = this.shown.get(run);
    if (known) return known;
    const { curves, gradientConflict, bn } = run;
    const copy = { ...run, curves: [...curves], gradientConflict: [...gradientConflict], bn: [...bn] };
    this.shown.set(run, copy);
    return copy;
  }

  /** Takes one event in; events of other races are ignored. True when the charts change. */
  apply(event: RaceEvent): boolean {
    if (event.runId !== this.runId) return false;
    switch (event.type) {
      case 'backend':
        this.backend = event.backend;
        this.device = event.device;
        return true;
      case 'epoch':
        this.changed(event)?.curves.push(event.point);
        return true;
      case 'conflict':
        this.changed(event)?.gradientConflict.push(event.point);
        return true;
      case 'bn':
        this.changed(event)?.bn.push(event.point);
        return true;
      case 'final': {
        const run = this.changed(event);
        if (run)
          Object.assign(run, {
            final: event.final,
            seconds: event.seconds,
            imagesPerSecond: event.imagesPerSecond,
          });
        return true;
      }
      case 'restored':
        for (const run of event.runs) {
          const { curves, gradientConflict, bn } = run;
          this.runs.set(`${run.seed ?? ''} ${run.label}`, {
            ...run,
            curves: [...curves],
            gradientConflict: [...gradientConflict],
            bn: [...bn],
          });
        }
        return true;
      case 'result':
        this.ended = event.result;
        return true;
      case 'state':
      case 'progress':
      case 'note':
      case 'error':
        return false;
      default:
        return event satisfies never;
    }
  }

  /** What there is so far. A run that has changed since the last snapshot is a new object, one that has not is the same. */
  snapshot(): RaceResult {
    return (
      this.ended ?? {
        version: RESULTS_VERSION,
        config: this.config,
        backend: this.backend,
        device: this.device,
        dataset: this.dataset,
        status: 'stopped',
        finishedAt: new Date().toISOString(),
        appVersion: this.appVersion,
        runs: [...this.runs.values()].map((run) => this.copyOf(run)),
      }
    );
  }
}
