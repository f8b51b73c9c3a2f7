import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deflate, toBase64Url } from './bytes.ts';
import { DETAILS, toCompact } from './compact.ts';
import { decodeSnapshot, readSnapshot } from './decode.ts';
import { encodeSnapshot } from './encode.ts';
import { HASH_PREFIX, MAX_LAYER_VALUES, MAX_POINTS, MAX_TEXT } from './limits.ts';
import { claimsSnapshot } from './link-text.ts';
import { seal } from './seal.ts';
import { sampleRace } from './testing/sample-race.ts';

const race = sampleRace({ epochs: 2 });
const { hash } = await encodeSnapshot(race);
const sent = await decodeSnapshot(hash);
const sealedHash = async (value: unknown) =>
  HASH_PREFIX + toBase64Url(await deflate(seal(JSON.stringify(value))));
type Loose = Record<string, unknown> & { cfg: { contestants: Loose[] }; runs: Loose[]; switches: Loose };
const compact = () => structuredClone(toCompact(race, DETAILS[4])) as unknown as Loose;

describe('the text of a link that a program has changed', () => {
  const half = Math.floor(hash.length / 2);
  it.each([
    ['a full stop behind it', `${hash}.`],
    ['a closing bracket and a full stop', `${hash}).`],
    ['an angle bracket', `${hash}>`],
    ['an encoded angle bracket', `${hash}%3E`],
    ['quotation marks', `${hash}”`],
    ['an encoded quotation mark', `${hash}%22`],
    ['an ellipsis', `${hash}…`],
    ['asterisks of emphasis', `${hash}**`],
    ['underscores of emphasis', `${hash}_`],
    ['an encoded equals sign', hash.replace('=', '%3D')],
    ['a twice encoded equals sign', hash.replace('=', '%253D')],
    ['an equals sign of quoted-printable', hash.replace('=', '=3D')],
    ['line breaks of quoted-printable', `${hash.slice(0, half)}=\r\n${hash.slice(half)}`],
    ['a line break', `${hash.slice(0, half)}\n${hash.slice(half)}`],
    ['an encoded line break and blanks', `${hash.slice(0, half)}%0D%0A%20%20${hash.slice(half)}`],
    ['the marks of a quoted reply', `${hash.slice(0, half)}%0A%3E%20%3E%20${hash.slice(half)}`],
    ['a blank and more words', `${hash} is what I got`],
    ['an encoded blank and more words', `${hash}%20is%20what%20I%20got`],
    ['a tracking parameter', `${hash}?utm_source=chat&fbclid=abc`],
    ['another tracking parameter', `${hash}&fbclid=abc`],
    ['a zero-width space', `${hash.slice(0, half)}%E2%80%8B${hash.slice(half)}`],
    ['a soft hyphen', `${hash.slice(0, half)}\u00ad${hash.slice(half)}`],
    ['typographic dashes', hash.replaceAll('--', '—').replaceAll('-', '‑')],
    ['a percent sign that encodes nothing', `${hash}%`],
    ['an exclamation mark of a router', hash.replace('#', '#!')],
    ['a slash of a router', hash.replace('#', '#/')],
  ])('given a link with %s, when opened, then it gives what was sent', async (_, changed) => {
    expect(claimsSnapshot(changed)).toBe(true);
    expect(await decodeSnapshot(changed)).toEqual(sent);
  });

  it.each(['', '#', '#main', '#judge', '#see', '#stress=1', '#s', '#sections', '#%', '#%E0%A4%A'])(
    'given the fragment %j, then it does not claim to be a shared result',
    (fragment) => expect(claimsSnapshot(fragment)).toBe(false),
  );

  it('given a link cut anywhere, when opened, then it is refused', async () => {
    for (let length = HASH_PREFIX.length; length < hash.length; length += 13) {
      const cut = hash.slice(0, length);
      expect(claimsSnapshot(cut)).toBe(true);
      await expect(decodeSnapshot(cut)).rejects.toThrow(/^The link /);
    }
  });
});

describe('formats', () => {
  it('given a link of format 1, which has no checksum, when opened, then it has the same figures and sealed is false', async () => {
    const old = readFileSync('src/snapshot/testing/link-v1.txt', 'utf8').trim();
    const { result, leftOut, sealed } = await readSnapshot(old);
    const original = sampleRace({ methods: 3, epochs: 3, stepsPerEpoch: 20, repeats: 2 });
    expect([sealed, leftOut]).toEqual([false, []]);
    expect(result.config).toEqual(original.config);
    expect(result.runs.map((r) => [r.label, r.seed, r.final])).toEqual(
      original.runs.map((r) => [r.label, r.seed, r.final]),
    );
    expect((await readSnapshot(hash)).sealed).toBe(true);
  });

  it('given a link of this format whose checksum is missing or does not match, when opened, then it is refused as damaged', async () => {
    const json = JSON.stringify(compact());
    const bare = HASH_PREFIX + toBase64Url(await deflate(new TextEncoder().encode(json)));
    await expect(decodeSnapshot(bare)).rejects.toThrow(/checksum is missing/);
    const other = seal(json);
    other[other.length - 3] ^= 1;
    const changed = HASH_PREFIX + toBase64Url(await deflate(other));
    await expect(decodeSnapshot(changed)).rejects.toThrow(/do not match its checksum/);
  });

  it('given a link of a newer page with switches, settings and fields that are unknown here, when opened, then the figures are those sent, and leftOut names what is unknown', async () => {
    const newer = compact();
    newer.extra = 1;
    newer.runs[0].hessian = [1, 2];
    (newer.cfg as unknown as Loose).warmUp = 3;
    newer.cfg.contestants[2].switches.gate = true as never;
    const { result, leftOut } = await readSnapshot(await sealedHash(newer));
    expect(result).toEqual(await decodeSnapshot(await sealedHash(compact())));
    expect(new Set(leftOut)).toEqual(
      new Set(['field “extra”', 'field “runs.hessian”', 'setting “warmUp”', 'switch “gate” of ARAT']),
    );
  });

  it('given a contestant of an unknown method, when opened, then its run is left out and every other run keeps its own contestant', async () => {
    const newer = compact();
    newer.cfg.contestants[1].method = 'later';
    const { result, leftOut } = await readSnapshot(await sealedHash(newer));
    expect(leftOut).toEqual(['TRADES, whose method is “later”']);
    const whole = await decodeSnapshot(await sealedHash(compact()));
    expect(result.runs).toEqual(whole.runs.filter((r) => r.label !== 'TRADES'));
    expect(result.config.contestants.map((c) => c.label)).toEqual(['AT', 'ARAT']);
  });
});

describe('small links that describe large results', () => {
  /** Runs of constant series, which compress to almost nothing. */
  const hostile = (runs: number, points: number, layers: number) => {
    const base = compact();
    const ones = (n: number) => Array.from({ length: n }, () => 1);
    const names = Array.from({ length: layers }, (_, i) => `n${i}`);
    const g = {
      s: ones(points),
      c: ones(points),
      r: ones(points),
      l: names.map((_, i) => i),
      k: [0],
      p: names.map(() => [1]),
    };
    const contestants = Array.from({ length: 16 }, (_, i) => ({
      ...base.cfg.contestants[0],
      label: `c${i}`,
    }));
    const run = { sd: 0, e: [1], s: [1], c: [1], r: [1], f: null, i: 1, d: 1, g };
    return {
      ...base,
      names,
      cfg: { ...base.cfg, contestants },
      runs: Array.from({ length: runs }, (_, i) => ({ w: i % 16, ...run, sd: Math.floor(i / 16) })),
    };
  };

  it('given 130 runs of 1,000 points by 200 layers within 1 MiB, when opened, then it is refused before it is expanded', async () => {
    const link = await sealedHash(hostile(130, 1000, 200));
    expect(link.length).toBeLessThan(MAX_TEXT);
    let pauses = 0;
    const opened = readSnapshot(link, async () => void pauses++);
    await expect(opened).rejects.toThrow(/describes more points/);
    // Refused before the first run is expanded.
    expect(pauses).toBeLessThanOrEqual(4);
  });

  it('given as many points and values as are allowed, when opened, then it is read in many parts, and equal values are one object', async () => {
    const [runs, points, layers] = [19, 1000, 30];
    expect(runs * points).toBeLessThanOrEqual(MAX_POINTS);
    expect(runs * points * layers).toBeGreaterThan(0.9 * MAX_LAYER_VALUES);
    let pauses = 0;
    const { result } = await readSnapshot(
      await sealedHash(hostile(runs, points, layers)),
      async () => void pauses++,
    );
    expect(result.runs.map((r) => r.gradientConflict.length)).toEqual(
      Array.from({ length: runs }, () => points),
    );
    // There is a pause after every hundred points.
    expect(pauses).toBeGreaterThanOrEqual((runs * points) / 100);
    const { gradientConflict } = result.runs[0];
    expect(gradientConflict.every((p) => p.perLayer === gradientConflict[0].perLayer)).toBe(true);
  });

  it('given a race of 16 contestants over 10 seeds, when encoded, then the link is within all limits and opens', async () => {
    const methods = sampleRace({ methods: 5, epochs: 400, stepsPerEpoch: 1, conflictEvery: 10 });
    const flat = (r: (typeof methods.runs)[number]) => ({
      ...r,
      curves: r.curves.map((p) => ({ epoch: p.epoch, step: p.step, clean: 0.25, robust: 0.25 })),
      bn: r.bn.map((p) => ({ ...p, layers: methods.runs[0].bn[0].layers })),
    });
    const once = methods.runs.map(flat);
    const contestants = Array.from({ length: 16 }, (_, i) => ({
      ...methods.config.contestants[i % 5],
      label: `c${i}`,
    }));
    const runs = Array.from({ length: 160 }, (_, i) => ({
      ...once[i % 5],
      ...contestants[i % 16],
      seed: Math.floor(i / 16),
    }));
    const large = { ...methods, config: { ...methods.config, contestants, repeats: 10 }, runs };
    const encoded = await encodeSnapshot(large);
    expect(encoded.hash.length - HASH_PREFIX.length).toBeLessThanOrEqual(MAX_TEXT);
    expect((await decodeSnapshot(encoded.hash)).runs).toHaveLength(160);
  });
});
