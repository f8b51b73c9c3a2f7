/** A race while it runs: events in, a result in the same form as a finished one out, outside React. */
import type { ExperimentConfig } from '../../core/config.ts';
import type { RaceResult, RunResult } from '../../core/results.ts';
import { RESULTS_VERSION } from '../../core/results.ts';
import type { RaceEvent } from '../../core/training/events.ts';

type Run = {
  -readonly [K in keyof RunResult]: RunResult[K] extends readonly (infer T)[] ? T[] : RunResult[K];
};

export class LiveRace {
  private readonly runs: Map<string, Run>;
  private backend: RaceResult['backend'] = 'cpu';
  private device = '';
  private ended: RaceResult | null = null;

  constructor(
    readonly runId: string,
    private readonly config: ExperimentConfig,
    private readonly dataset: RaceResult['dataset'],
    private readonly appVersion: string,
  ) {
    this.runs = new Map(
      config.contestants.map((c) => [
        c.label,
        { ...c, curves: [], gradientConflict: [], bn: [], final: null, imagesPerSecond: 0, seconds: 0 },
      ]),
    );
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
        this.runs.get(event.label)?.curves.push(event.point);
        return true;
      case 'conflict':
        this.runs.get(event.label)?.gradientConflict.push(event.point);
        return true;
      case 'bn': {
        this.runs.get(event.label)?.bn.push(event.point);
        return true;
      }
      case 'final': {
        const run = this.runs.get(event.label);
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
          this.runs.set(run.label, {
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

  /** What there is so far; arrays are copies, so that React sees a change. */
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
        runs: [...this.runs.values()].map((run) => ({
          ...run,
          curves: [...run.curves],
          gradientConflict: [...run.gradientConflict],
          bn: [...run.bn],
        })),
      }
    );
  }
}
