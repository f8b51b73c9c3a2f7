/** The backend that the worker computes with: started and tested when it is chosen or first needed. */
import { errorMessage } from '../../core/error-message.ts';
import type { BackendChoice } from '../../core/settings/config.ts';
import { lacksGpu, slowerBackend } from '../shared/backend-words.ts';
import { Attempts } from './attempts.ts';
import type { Parts } from './parts.ts';

export const WITHOUT_ENGINE = 'Recorded runs, saved runs, shared links and their charts work without one.';

/** `overtaken`: another start began before this one finished, or the worker ended. */
type Outcome = 'started' | 'failed' | 'overtaken';

export class Device {
  private readonly attempts = new Attempts();
  private starting: Promise<Outcome> | null = null;

  constructor(private readonly parts: Pick<Parts, 'board' | 'engine' | 'notify'>) {}

  /** Starts and tests `choice` in place of the backend before, which is gone even if this fails. Never rejects. */
  start(choice: BackendChoice): Promise<Outcome> {
    const counts = this.attempts.begin();
    this.parts.board.setState({ backendChoice: choice, deviceBusy: true });
    const starting = this.initialise(choice, counts).then((outcome) => {
      if (counts()) this.starting = null;
      return outcome;
    });
    this.starting = starting;
    return starting;
  }

  /**
   * Waits for a start under way, or starts the chosen backend if none has been started. Resolves to whether a backend
   * is ready.
   */
  async ensure(): Promise<boolean> {
    const { board } = this.parts;
    if (!this.starting)
      return (
        board.getState().device !== null || (await this.start(board.getState().backendChoice)) === 'started'
      );
    let outcome: Outcome = 'failed';
    while (this.starting) outcome = await this.starting;
    return outcome === 'started';
  }

  private async initialise(choice: BackendChoice, counts: () => boolean): Promise<Outcome> {
    const { board, engine, notify } = this.parts;
    try {
      const device = await engine.api.initialise(choice, (note) => {
        if (counts()) notify('warning', note);
      });
      if (!counts()) return 'overtaken';
      board.setState({ device, deviceBusy: false });
      // The page has a line of its own for a machine without a GPU.
      if (device.warnings.length > 0 && !lacksGpu(device)) notify('warning', slowerBackend(device.backend));
      return 'started';
    } catch (error) {
      if (!counts()) return 'overtaken';
      board.setState({ device: null, deviceBusy: false });
      notify('error', `${errorMessage(error)} ${WITHOUT_ENGINE}`);
      return 'failed';
    }
  }

  workerGone(): void {
    this.attempts.end();
    this.starting = null;
    this.parts.board.setState({ device: null, deviceBusy: false });
  }
}
