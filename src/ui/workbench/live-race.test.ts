import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { LiveRace } from './live-race.ts';

describe('LiveRace', () => {
  const race = () =>
    new LiveRace('mine', PRESETS.quick, { provenance: 'p', classNames: ['a'] }, { appVersion: '1' });
  const point = { epoch: 0, step: 0, clean: 0.5, robust: 0.25 };

  test('given events of this race and of another, then the snapshot contains only those of this race', () => {
    const live = race();
    expect(live.apply({ type: 'epoch', runId: 'mine', label: 'AT', point })).toBe(true);
    expect(live.apply({ type: 'epoch', runId: 'other', label: 'AT', point })).toBe(false);
    expect(live.snapshot().runs.find((r) => r.label === 'AT')?.curves).toEqual([point]);
  });

  test('given a snapshot, when more events come, then the snapshot stays as it was', () => {
    const live = race();
    const before = live.snapshot();
    live.apply({ type: 'epoch', runId: 'mine', label: 'AT', point });
    expect(before.runs[0].curves).toHaveLength(0);
    expect(live.snapshot().runs[0].curves).toHaveLength(1);
  });

  test('given two snapshots with events of one contestant between them, then only its run is a new object; given no event, then no run is', () => {
    const live = race();
    const before = live.snapshot().runs;
    live.apply({ type: 'epoch', runId: 'mine', label: 'ARAT', point });
    live.apply({ type: 'epoch', runId: 'mine', label: 'ARAT', point: { ...point, epoch: 1 } });
    const after = live.snapshot().runs;
    expect(after.map((r, i) => r !== before[i])).toEqual(after.map((r) => r.label === 'ARAT'));
    expect(after.find((r) => r.label === 'ARAT')?.curves.map((p) => p.epoch)).toEqual([0, 1]);
    expect(live.snapshot().runs.every((r, i) => r === after[i])).toBe(true);
  });

  test('given restored runs of a resumed race, when more events come, then the snapshot has the restored runs with the new points', () => {
    const live = race();
    live.apply({ type: 'epoch', runId: 'mine', label: 'AT', point: { ...point, epoch: 5 } });
    live.snapshot();
    const runs = race()
      .snapshot()
      .runs.map((r) => ({ ...r, curves: [point] }));
    live.apply({ type: 'restored', runId: 'mine', runs, epoch: 1 });
    live.apply({ type: 'epoch', runId: 'mine', label: 'AT', point: { ...point, epoch: 1 } });
    const epochs = live.snapshot().runs.map((r) => r.curves.map((p) => p.epoch));
    expect(epochs[0]).toEqual([0, 1]);
    expect(epochs[1]).toEqual([0]);
    expect(runs[0].curves).toHaveLength(1);
  });

  test('given events of two seeds, then each seed has its own run, and the second appears with its first event', () => {
    const live = new LiveRace(
      'mine',
      { ...PRESETS.quick, repeats: 2 },
      { provenance: 'p', classNames: [] },
      { appVersion: '1' },
    );
    live.apply({ type: 'epoch', runId: 'mine', label: 'AT', seed: 0, point });
    expect(live.snapshot().runs.every((r) => r.seed === 0)).toBe(true);
    live.apply({ type: 'epoch', runId: 'mine', label: 'AT', seed: 1, point: { ...point, clean: 1 } });
    const at = live.snapshot().runs.filter((r) => r.label === 'AT');
    expect(at.map((r) => [r.seed, r.curves[0].clean])).toEqual([
      [0, 0.5],
      [1, 1],
    ]);
  });

  test('given a race that has not ended, then no run has a final figure and the status is not complete', () => {
    expect(race().snapshot().status).not.toBe('complete');
    expect(
      race()
        .snapshot()
        .runs.every((r) => r.final === null),
    ).toBe(true);
  });
});
