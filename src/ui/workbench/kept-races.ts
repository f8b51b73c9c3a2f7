/** Races whose state the browser keeps: which one is offered, and which may go. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceSummary } from '../../worker/race-summary.ts';
import type { Parts } from './parts.ts';
import { isActive } from './race-rules.ts';

export class KeptRaces {
  constructor(private readonly parts: Pick<Parts, 'board' | 'checkpoints' | 'locks' | 'notify'>) {}

  /** What is kept of race `runId` while it has not ended; null where nothing is. */
  async unfinished(runId: string): Promise<RaceSummary | null> {
    const races = await this.parts.checkpoints.list();
    return races.find((race) => race.runId === runId && !race.finished) ?? null;
  }

  /** Offers the newest unfinished race that no other tab has, unless one is active. */
  async offer(): Promise<void> {
    const { board, checkpoints, locks } = this.parts;
    const inUse = await locks.inUse().catch(() => new Set<string>());
    // This tab's own race, stopped or failed, can be resumed here.
    inUse.delete(board.getState().runId);
    const interrupted = await checkpoints.offered(inUse);
    if (!isActive(board.getState().race)) board.setState({ interrupted });
  }

  /** Forgets the race that is offered, and offers the next. */
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

  /** A new race takes the place of the one that was `offered`; states that no tab needs go, too. */
  async makeRoom(offered: string | null): Promise<void> {
    const { checkpoints, locks } = this.parts;
    try {
      const inUse = await locks.inUse();
      if (offered !== null && !inUse.has(offered)) await checkpoints.forget(offered);
      await checkpoints.prune(inUse);
    } catch {
      // States that stay only take room.
    }
  }
}
