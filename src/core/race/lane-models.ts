/** Models of lanes that are trained elsewhere, made on this thread from their states: for the viewer and the judge. */
import type { Dataset } from '../data/dataset.ts';
import type { Trainer } from '../training/trainer.ts';
import { restoreCheckpoint, type Checkpoint } from '../training/checkpoint.ts';
import { Lane, type LanePlan } from './lane.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';

interface Model {
  readonly lane: Lane;
  state: Checkpoint | null;
}

export class LaneModels {
  private readonly models = new Map<number, Model>();

  /**
   * The model of lane `place` at `from`, or before its first step where that is null. Where there is one already, it
   * stays as it is unless `refresh`. Belongs to this object.
   */
  async show(
    place: number,
    plan: LanePlan,
    data: Dataset,
    from: LaneCheckpoint | null,
    refresh: boolean,
  ): Promise<Trainer> {
    const known = this.models.get(place);
    const state = from?.trainer ?? null;
    if (!known) {
      const environment = { tell: () => {}, pace: async () => {} };
      const lane = new Lane(plan, data, environment, from ?? undefined);
      this.models.set(place, { lane, state });
      await lane.showModel();
      return lane.trainer;
    }
    if (refresh && state && known.state !== state) {
      known.state = state;
      restoreCheckpoint(known.lane.trainer, state);
      await known.lane.trainer.beforeEpoch(known.lane.epoch, async () => {});
    }
    return known.lane.trainer;
  }

  /** Keeps only the models of `places`. */
  keep(places: readonly number[]): void {
    for (const [place, { lane }] of this.models) {
      if (places.includes(place)) continue;
      lane.dispose();
      this.models.delete(place);
    }
  }

  dispose(): void {
    this.keep([]);
  }
}
