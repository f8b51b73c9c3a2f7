import { Box, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type {
  AttackInfo,
  ExampleRequest,
  ExampleView,
  SliceRequest,
  SliceView,
} from '../../worker/viewer.ts';
import { tidy } from '../shared/read-number.ts';
import { Switch } from '../shared/controls.tsx';
import { ExampleCard } from './ExampleCard.tsx';
import { ExampleControls } from './ExampleControls.tsx';
import { fillingFactor } from './pixels.ts';
import { DEFAULT_SETTINGS, toRequest } from './settings.ts';
import { lossRange } from './slice.ts';
import { SlicePicture } from './SlicePicture.tsx';
import { useLatest } from '../shared/useLatest.ts';
import { NoModelCard } from './NoModelCard.tsx';
import { ModelsNotice } from '../shared/ModelsNotice.tsx';
import { Notice } from '../shared/Notice.tsx';
import { requestInWords } from './words.ts';

export interface SeeViewProps {
  /** Why there are no trained models and what to do, in one sentence; null if there are. */
  readonly unavailable: string | null;
  /** Id of the race whose models are attacked. Examples of another race are not shown. */
  readonly race: string;
  /** Changes when the models' weights have changed and new examples are to be computed. */
  readonly weights: string;
  readonly images: number;
  readonly eps: number;
  readonly name: (index: number) => string;
  readonly colour: (label: string) => string;
  /** Models that cannot be attacked, and why, in a sentence. */
  readonly failed: ReadonlyMap<string, string>;
  readonly attacks: () => Promise<AttackInfo[]>;
  readonly example: (request: ExampleRequest) => Promise<ExampleView[]>;
  readonly slice: (request: SliceRequest) => Promise<SliceView>;
}

/** Typical change of one value of the image, in [0,1]: four times the RMS change of an L2 perturbation of size eps. */
const perPixel = ({ norm, eps }: ExampleRequest) => (norm === 'linf' ? eps : (4 * eps) / Math.sqrt(3072));

/** Adversarial examples of one test image against each trained model, computed when a setting changes. */
export function SeeView(props: SeeViewProps) {
  const { unavailable, race, weights, images, eps, name, colour } = props;
  const [settings, setSettings] = useState({ ...DEFAULT_SETTINGS, eps255: tidy(eps * 255) });
  const [chosenFactor, setFactor] = useState<number | null>(null);
  const [slicing, setSlicing] = useState(false);

  const known = useLatest(unavailable === null ? 'attacks' : null, props.attacks, 0);
  const attacks = known.value;
  const attack = attacks?.find((a) => a.id === settings.attack) ?? null;
  const request = attack && toRequest(settings, attack, images);
  const factor = chosenFactor ?? (request ? Math.min(50, fillingFactor(perPixel(request))) : 1);

  const key = unavailable === null && request ? JSON.stringify([race, weights, request]) : null;
  const latest = useLatest(key, async () => ({
    race,
    key,
    request: request!,
    views: await props.example(request!),
  }));
  const shown = unavailable === null && latest.value?.race === race ? latest.value : null;
  const sliceKey = slicing && shown ? `slice ${shown.key}` : null;
  const cut = useLatest(sliceKey, async () => {
    const { index, norm, eps, seed } = shown!.request;
    const slices: SliceView[] = [];
    for (const { label, perturbation } of shown!.views)
      slices.push(await props.slice({ label, index, perturbation, norm, eps, seed }));
    return { key: sliceKey, slices, range: lossRange(slices) };
  });
  const slices = cut.value?.key === sliceKey ? cut.value : null;

  // While a race trains, the same question is asked again after every epoch: that is no news to show or read out.
  const another = JSON.stringify(shown?.request) !== JSON.stringify(request);
  const attacking = latest.busy && another;
  const busy = known.busy || attacking || cut.busy;
  const error = known.error ?? latest.error ?? (slicing ? cut.error : null);
  const doing = cut.busy && !attacking ? 'Measuring the loss around the image…' : 'Attacking each model…';
  const about = attack && shown?.request.attack === attack.id ? requestInWords(attack, shown.request) : '';

  return (
    <Stack gap="md">
      <ExampleControls
        value={settings}
        onChange={setSettings}
        attacks={attacks ?? []}
        images={images}
        factor={factor}
        onFactor={setFactor}
        disabledBecause={unavailable ?? (attacks === null ? 'The list of attacks is being loaded.' : null)}
      />
      <Switch
        label="Loss around the image"
        description="The loss on 21 × 21 points of the plane through the attack’s direction and a random one."
        checked={slicing}
        disabledBecause={unavailable}
        onChange={(e) => setSlicing(e.currentTarget.checked)}
      />
      {unavailable !== null && (
        <ModelsNotice title="No trained models on this page yet">{unavailable}</ModelsNotice>
      )}
      {error !== null && unavailable === null && (
        <Notice color="red" icon={<IconAlertTriangle />} title="No example could be computed">
          {error}
        </Notice>
      )}
      <Group gap="xs" mih={unavailable === null ? 22 : 0} role="status" aria-live="polite">
        {busy && <Loader size="xs" aria-hidden />}
        {unavailable === null && (
          <Text size="sm" c="dimmed">
            {busy
              ? doing
              : shown?.views.length
                ? `Image ${shown.request.index}, class ${name(shown.views[0].trueClass)}; ${about}; each model attacked through its own ${attack?.whiteBox === false ? 'answers' : 'gradients'}.`
                : ''}
          </Text>
        )}
      </Group>
      {shown && (
        <Box
          aria-busy={attacking}
          data-figure-note={`image ${shown.request.index}; ${about}`}
          style={{ opacity: attacking ? 0.7 : 1, transition: 'opacity 150ms' }}
        >
          {/* Four side by side would be small and three leave one over: two by two. */}
          <div
            style={{
              display: 'grid',
              gap: 'var(--mantine-spacing-md)',
              gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, max(250px, ${shown.views.length + props.failed.size === 4 ? 34 : 26}%)), 1fr))`,
            }}
          >
            {shown.views.map((view) => {
              const slice = slices?.slices.find((s) => s.label === view.label);
              return (
                <ExampleCard
                  key={view.label}
                  view={view}
                  factor={factor}
                  norm={shown.request.norm}
                  eps={shown.request.eps}
                  name={name}
                  colour={colour(view.label)}
                >
                  {slices && slice && (
                    <SlicePicture
                      slice={slice}
                      range={slices.range}
                      reach={shown.request.eps > 0 ? view.size / shown.request.eps : 0}
                      label={view.label}
                    />
                  )}
                </ExampleCard>
              );
            })}
            {[...props.failed].map(([label, reason]) => (
              <NoModelCard key={label} label={label} reason={reason} />
            ))}
          </div>
        </Box>
      )}
      <Text size="xs" c="dimmed">
        x′ = x + δ with ‖δ‖ ≤ ε and x′ in [0, 1]. δ: grey where nothing changed. ∇ₓ loss: the gradient of
        cross-entropy at x, clipped at ±3 of its standard deviations and scaled to the range, as Tsipras et
        al. (2019) draw it; grey is 0. Where a model is robust, it tends to follow the object. Loss along the
        attack: at each point that the attack tried, in its order; several starts or target classes follow one
        another.
      </Text>
    </Stack>
  );
}
