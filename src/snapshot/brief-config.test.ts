import { describe, expect, it } from 'vitest';
import { parseConfig } from '../core/settings/config.ts';
import { briefConfig } from './brief-config.ts';
import { sampleRace } from './testing/sample-race.ts';

describe('the configuration in a link', () => {
  it('given settings and switches of every value, when encoded, then what older results lack is left out where it has their value, and all are read back', () => {
    const config = sampleRace({ methods: 3, epochs: 2 }).config;
    const brief = briefConfig(config) as { contestants: { switches: Record<string, unknown> }[] };
    expect(parseConfig(brief)).toEqual(config);
    expect(brief).not.toHaveProperty('precision');
    expect(brief.contestants[0].switches).not.toHaveProperty('noisyReplay');
    expect(brief.contestants[0].switches).toHaveProperty('splitBn');
    const changed = {
      ...config,
      ...{ precision: 'float16' as const, repeats: 3 },
      contestants: config.contestants.map((c) => ({
        ...c,
        switches: { ...c.switches, noisyReplay: false, averageFrom: 0.1 },
      })),
    };
    const kept = briefConfig(changed);
    expect(parseConfig(kept)).toEqual(changed);
    expect(kept).toMatchObject({ precision: 'float16', repeats: 3 });
  });
});
