/** Races whose state is kept in the browser: offers one to resume, and deletes those no longer needed. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceSummary } from '../../worker/race-summary.ts';
import type { Parts } from './parts.ts';
import { isActive } from './race-rules.ts';

export class KeptRaces {
  constructor(private readonly parts: Pick<Parts, 'board' | 'checkpoints' | 'locks' | 'notify'>) {}

  /** The summary of the kept state of race `runId`; null if nothing is kept or the race is finished. */
  async unfinished(runId: string): Promise<RaceSummary | null> {
    const races = await this.parts.checkpoints.list();
    return races.find((race) => race.runId === runId && !race.finished) ?? null;
  }

  /** Offers the newest unfinished race that no other tab holds, unless a race is active. */
  async offer(): Promise<void> {
    const { board, checkpoints, locks } = this.parts;
    const inUse = await locks.inUse().catch(() => new Set<string>());
    // This tab's own race, stopped or failed, can be resumed here.
    inUse.delete(board.getState().runId);
    const interrupted = await checkpoints.offered(inUse);
    if (!isActive(board.getState().race)) board.setState({ interrupted });
  }

  /** Deletes the kept state of the offered race and offers the next. */
  async discard(): Promise<void> {
    const { board, checkpoints, notify } = this.parts;
    const { interrupted } = board.getState();
    board.setState({ interrupted: null });
    if (!interrupted) return;
    await checkpoints
      .forget(interrupted.runId)
      .catch((error: unknown) => notify('warning', errorMessage(error)));
    await this.offer();
  }

  /** Deletes the kept state of `offered`, which a new race replaced, and states that no tab needs, except `spared`. */
  async makeRoom(offered: string | null, spared: string | null): Promise<void> {
    const { checkpoints, locks } = this.parts;
    try {
      const inUse = await locks.inUse();
      if (offered !== null && !inUse.has(offered)) await checkpoints.forget(offered);
      await checkpoints.prune(spared === null ? inUse : new Set([...inUse, spared]));
    } catch {
      // A state that could not be deleted only takes up storage.
    }
  }
}
