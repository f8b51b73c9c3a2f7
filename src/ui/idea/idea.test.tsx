import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ALL_PARTS, COMBINATIONS, PART_NAMES, partsKey } from '../../core/experiments/parts.ts';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import { HttpError } from '../../core/data/http.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';

vi.hoisted(() => Object.assign(globalThis, { __APP_VERSION__: 'test', __COMMIT__: '' }));
const served = vi.fn<(file: string) => Promise<Uint8Array>>();
vi.mock('../app/recorded.ts', () => ({
  fetchRecorded: (file: string) => served(file),
  loadRecorded: vi.fn(),
}));

const { Diagram } = await import('./Diagram.tsx');
const { PartChips } = await import('./PartChips.tsx');
const { loadFigures, switchPart, tell, useIdea } = await import('./idea-state.ts');
const { asOneRace, loadExamples } = await import('./recordings.ts');
const { attackRequest, stripModels } = await import('./attack-request.ts');
const { liveNumbers } = await import('./live-numbers.ts');
const { partsInWords } = await import('./words.ts');
const { STORY } = await import('./story.ts');
const { sampleIndex } = await import('./testing/sample-index.ts');

const first = useIdea.getState();
beforeEach(() => useIdea.setState(first, true));
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('the drawing of ARAT', () => {
  const draw = (parts = ALL_PARTS, live: Parameters<typeof Diagram>[0]['live'] = null) =>
    renderToStaticMarkup(createElement(Diagram, { parts, onSwitch: () => {}, live }));

  it('given each combination, then every part is a switch in the tab order whose state and name are read out', () => {
    for (const parts of COMBINATIONS) {
      const html = draw(parts);
      const switches = html.match(
        /role="switch" tabindex="0" aria-checked="(true|false)" aria-label="[^"]+"/g,
      )!;
      expect(switches).toHaveLength(PART_NAMES.length);
      const on = PART_NAMES.filter(
        (p) => parts[p] && (parts.term || (p !== 'stopGradient' && p !== 'predictor')),
      );
      expect(switches.filter((s) => s.includes('"true"'))).toHaveLength(on.length);
    }
  });

  it('given split BN on, then there are two boxes; given it off, then one for both; given stop-gradient, then the arrow is cut', () => {
    expect(draw()).toMatch(/of x<.*of x′</);
    expect(draw({ ...ALL_PARTS, splitBn: false })).toMatch(/one<.*BatchNorm<.*for both</);
    expect(draw()).toContain('class="cut"');
    expect(draw({ ...ALL_PARTS, stopGradient: false })).not.toContain('class="cut"');
  });

  it('given no term, then stop-gradient and predictor are disabled with the reason', () => {
    const html = draw({ ...ALL_PARTS, term: false });
    expect(html.match(/aria-disabled="true"/g)).toHaveLength(2);
    expect(html).toContain('switch the term on first');
    const chips = renderToStaticMarkup(
      createElement(PartChips, { parts: { ...ALL_PARTS, term: false }, onSwitch: () => {} }),
    );
    expect(chips.match(/aria-disabled="true"/g)).toHaveLength(2);
  });

  it('given a race under way, then its losses, balance and cosine stand in the drawing', () => {
    const html = draw(ALL_PARTS, {
      ceAdv: 1.234,
      ceClean: 0.5,
      invariance: 0.25,
      balance: 0.61,
      cosine: -0.07,
    });
    for (const text of ['loss of x 0.50', 'loss of x′ 1.23', '0.25', 'a = 0.61', 'cosine -0.07'])
      expect(html).toContain(text);
  });
});

describe('switching parts', () => {
  it('given ARAT, when parts are switched, then only those change; without the term, the parts that act on it stay', () => {
    switchPart('splitBn');
    expect(useIdea.getState().parts).toEqual({ ...ALL_PARTS, splitBn: false });
    switchPart('splitBn');
    switchPart('term');
    switchPart('predictor');
    expect(useIdea.getState().parts).toEqual({ ...ALL_PARTS, term: false });
  });

  it.each([
    [{}, 'ARAT'],
    [{ splitBn: false }, 'ARAT without split BN'],
    [
      { stopGradient: false, predictor: false, autoBalance: false },
      'ARAT without stop-gradient, predictor and auto-balance',
    ],
    [{ term: false, predictor: false }, 'ARAT without the invariance term'],
  ])('given %j switched, then it is called “%s”', (change, words) => {
    expect(partsInWords({ ...ALL_PARTS, ...change })).toBe(words);
  });
});

describe('the 60-second story', () => {
  it('given its captions, then there are four of at most 25 words, and each sets switches that differ from the others’', () => {
    expect(STORY).toHaveLength(4);
    for (const { text } of STORY) expect(text.split(/\s+/).length).toBeLessThanOrEqual(25);
    expect(new Set(STORY.map((s) => partsKey(s.parts))).size).toBe(4);
  });

  it('given the story, when it is told to its end or left, then each step sets its parts, and the parts then stay', () => {
    tell(0);
    tell(1);
    expect(useIdea.getState()).toMatchObject({ step: 1, parts: STORY[1].parts });
    tell(null);
    expect(useIdea.getState()).toMatchObject({ step: null, parts: STORY[1].parts });
    tell(4);
    expect(useIdea.getState().step).toBeNull();
  });
});

describe('the recorded figures', () => {
  it('given a site without them, or one that answers with its page, then they are missing and nothing fails', async () => {
    served.mockRejectedValueOnce(new HttpError(404, 'not found'));
    await loadFigures();
    expect(useIdea.getState()).toMatchObject({ status: 'missing', index: null });
    served.mockResolvedValueOnce(new TextEncoder().encode('<!doctype html>'));
    await loadFigures();
    expect(useIdea.getState().status).toBe('missing');
  });

  it('given a server that fails or a file that is not an index, then the reason is kept; when asked again, then they are there', async () => {
    served.mockRejectedValueOnce(new HttpError(500, 'here answered 500'));
    await loadFigures();
    expect(useIdea.getState()).toMatchObject({ status: 'failed', error: 'here answered 500' });
    served.mockResolvedValueOnce(bytes({ ...sampleIndex(), seeds: ['x'] }));
    await loadFigures();
    expect(useIdea.getState().error).toMatch(/index of the recorded combinations is not valid: seeds/);
    served.mockResolvedValueOnce(bytes(sampleIndex()));
    await loadFigures();
    expect(useIdea.getState()).toMatchObject({ status: 'there', error: null });
    expect(useIdea.getState().index?.contestants).toHaveLength(23);
  });

  it('given the file of images, then each has its label and pixels; given one of another size, then it is refused', async () => {
    const file = Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i < 3073 ? 2 : 3));
    served.mockResolvedValueOnce(file);
    const examples = await loadExamples();
    expect(examples.map(({ label, image }) => [label, image.length])).toEqual([
      [2, 3072],
      [3, 3072],
    ]);
    served.mockResolvedValueOnce(file.slice(1));
    await expect(loadExamples()).rejects.toThrow(/6145 bytes/);
  });

  it('given two recordings, when shown as one race, then it has the contestants and runs of both', () => {
    const race = sampleRace();
    const both = asOneRace([race, race]);
    expect(both.config.contestants).toHaveLength(2 * race.config.contestants.length);
    expect(both.runs).toHaveLength(2 * race.runs.length);
  });
});

describe('what the attack asks for', () => {
  const index = sampleIndex();
  it('given ARAT, then four models; given a combination, then that too, with one BatchNorm set where it has one', () => {
    expect(stripModels(index, ALL_PARTS).map((m) => m.name)).toEqual(['Standard', 'AT', 'TRADES', 'ARAT']);
    const models = stripModels(index, { ...ALL_PARTS, splitBn: false });
    expect(models.map((m) => m.spec.splitBn)).toEqual([false, false, false, true, false]);
    expect(models.at(-1)).toMatchObject({
      name: 'this',
      file: 'recorded/factorial/arat-bn0-sg1-h1-ab1-t1.safetensors',
    });
  });

  it('given contestants without weights, then only the others; given none, then no model', () => {
    const bare = {
      ...index,
      contestants: index.contestants.map((c) => (c.key === 'at' ? c : { ...c, weights: null })),
    };
    expect(stripModels(bare, ALL_PARTS).map((m) => m.key)).toEqual(['at']);
  });

  it('given an image and eps 8, then the request has the evaluation’s steps, eps in [0,1] and no key of the page', () => {
    const request = attackRequest(
      index,
      stripModels(index, ALL_PARTS),
      { label: 2, image: new Uint8Array(3072) },
      8,
    );
    expect(request).toMatchObject({ eps: 8 / 255, steps: index.config.evaluation.steps, label: 2 });
    expect(Object.keys(request.models[0])).toEqual(['file', 'spec']);
  });
});

describe('a race under way', () => {
  it('given a race with ARAT, then the losses are those of its last epoch and the cosine is the mean of the tables; for a combination that it lacks, then there are none', () => {
    const race = sampleRace();
    const run = race.runs.find((r) => r.method === 'arat')!;
    const own = { ...run, switches: { ...run.switches, invarianceWeight: 4 } };
    const numbers = liveNumbers({ runs: [own] }, ALL_PARTS);
    const last = run.curves.findLast((p) => p.terms)!;
    expect(numbers).toMatchObject({ ceAdv: last.terms!.ceAdv, cosine: meanConflict(run)!.cosine });
    expect(numbers!.cosine).not.toBeCloseTo(run.gradientConflict.at(-1)!.cosine, 3);
    expect(liveNumbers({ runs: [own] }, { ...ALL_PARTS, splitBn: false })).toBeNull();
    expect(liveNumbers({ runs: [{ ...own, curves: [] }] }, ALL_PARTS)).toBeNull();
  });
});
