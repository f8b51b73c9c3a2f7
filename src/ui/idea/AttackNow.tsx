/** “Attack it now”: a test image, the change that an attack makes, and what each recorded model says of both. */
import { Button, Group, Slider, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { FactorialIndex } from '../../core/result/factorial.ts';
import type { Parts } from '../../core/experiments/parts.ts';
import type { ShippedView } from '../../worker/viewer.ts';
import { percent } from '../shared/format.ts';
import { useLatest } from '../shared/useLatest.ts';
import { usePage, workbench } from '../state/store.ts';
import { PixelImage } from '../see/PixelImage.tsx';
import { amplify, readableFactor } from '../see/pixels.ts';
import { attackRequest, stripModels, type StripModel } from './attack-request.ts';
import { loadExamples, type Example } from './recordings.ts';

/** Largest radius of the slider, in 1/255. */
const MOST_EPS = 16;

interface Props {
  /** Null where the site has no recorded figures. */
  readonly index: FactorialIndex | null;
  readonly parts: Parts;
}

function useExamples() {
  const [state, set] = useState<{ examples: readonly Example[]; error: string | null }>({
    examples: [],
    error: null,
  });
  useEffect(() => {
    let alive = true;
    loadExamples().then(
      (examples) => alive && set({ examples, error: null }),
      (error: unknown) => alive && set({ examples: [], error: errorMessage(error) }),
    );
    return () => {
      alive = false;
    };
  }, []);
  return state;
}

/** The answer of one model: a word, a mark and its confidence. */
function Verdict({ view, label, names }: { view: ShippedView; label: number; names: readonly string[] }) {
  const { predicted, probabilities } = view.attacked;
  const right = predicted === label;
  return (
    <span className={right ? 'verdict right' : 'verdict wrong'}>
      {right ? '✓' : '✗'} {names[predicted] ?? `class ${predicted}`} {percent(probabilities[predicted], 0)}
    </span>
  );
}

function ModelColumn({
  model,
  view,
  factor,
  label,
  names,
}: {
  model: StripModel;
  view: ShippedView | null;
  factor: number;
  label: number;
  names: readonly string[];
}) {
  return (
    <div className="attack-model" role="listitem" aria-label={`What ${model.name} says`}>
      <b>{model.name}</b>
      <div className="attack-pair">
        <PixelImage
          rgb={view && amplify(view.perturbation, factor)}
          label={`Change made by the attack on ${model.name}, amplified ${factor} times`}
        />
        <PixelImage rgb={view?.adversarial ?? null} label={`Attacked image for ${model.name}`} />
      </div>
      {view ? <Verdict view={view} label={label} names={names} /> : <span className="verdict">…</span>}
    </div>
  );
}

export function AttackNow({ index, parts }: Props) {
  const { examples, error: imagesError } = useExamples();
  const [chosen, choose] = useState<number | null>(null);
  const [eps, setEps] = useState(8);
  const busyDevice = usePage((s) => s.deviceBusy);
  const models = index ? stripModels(index, parts) : [];
  const example = chosen === null ? null : (examples[chosen] ?? null);
  const names = index?.dataset.classNames ?? [];
  const files = models.map((m) => m.file).join(' ');
  const ask = index && example && models.length > 0 ? `${chosen} ${eps} ${files}` : null;
  const latest = useLatest(
    ask,
    async () => {
      // The first attack starts the backend, which also measures this machine for the times of the presets.
      await workbench.startDevice();
      const request = attackRequest(index!, models, example!, eps);
      return { chosen, eps, views: await workbench.engine.api.shipped(request) };
    },
    60,
  );
  const views = latest.value?.chosen === chosen ? latest.value.views : null;
  const factor = readableFactor((latest.value?.eps ?? eps) / 255);
  const error = imagesError ?? (ask === null ? null : latest.error);
  const say = () => {
    if (error !== null) return `The attack did not work: ${error}`;
    if (models.length === 0)
      return index ? 'The trained models are not recorded yet: train your own below.' : '';
    if (!example) return 'Choose an image.';
    if (busyDevice) return 'Starting the engine…';
    if (!views || latest.busy) return 'Attacking…';
    const wrong = views.filter((v) => v.attacked.predicted !== example.label).length;
    return `Change ×${factor}. ${wrong} of ${views.length} models are wrong.`;
  };
  return (
    <section className={example ? 'attack-now' : 'attack-now waiting'} aria-labelledby="attack-now-title">
      <div className="attack-choice">
        <h2 id="attack-now-title">Attack it now</h2>
        <div className="thumbnails" role="group" aria-label="Test images">
          {examples.map(({ label, image }, k) => (
            <button
              key={k}
              type="button"
              className="thumbnail"
              aria-pressed={k === chosen}
              aria-label={`${names[label] ?? 'Image'}, test image ${k + 1}`}
              onClick={() => choose(k)}
            >
              <PixelImage rgb={image} label={null} />
            </button>
          ))}
        </div>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" id="attack-eps" style={{ whiteSpace: 'nowrap' }}>
            ε {eps}/255
          </Text>
          <Slider
            flex={1}
            miw={100}
            thumbSize={24}
            thumbProps={{ 'aria-labelledby': 'attack-eps' }}
            min={0}
            max={MOST_EPS}
            value={eps}
            onChange={setEps}
            label={null}
          />
        </Group>
        <Text size="sm" role="status" className="attack-say">
          {say()}{' '}
          {error !== null && (
            <Button size="compact-xs" variant="default" onClick={() => choose(chosen === null ? 0 : null)}>
              Try again
            </Button>
          )}
        </Text>
      </div>
      {example && models.length > 0 && (
        <div className="attack-result">
          <figure className="attack-clean">
            <figcaption>x</figcaption>
            <PixelImage rgb={example.image} label={`Clean image: ${names[example.label] ?? 'unknown'}`} />
            {names[example.label]}
          </figure>
          <div
            className="attack-answers"
            role="list"
            aria-label="What each model says"
            aria-busy={latest.busy}
          >
            {models.map((model) => (
              <ModelColumn
                key={model.key}
                model={model}
                view={views?.find((v) => v.file === model.file) ?? null}
                factor={factor}
                label={example.label}
                names={names}
              />
            ))}
          </div>
        </div>
      )}
    </section>
  );
}
