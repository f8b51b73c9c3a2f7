import { Box, Group, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExampleRequest, ExampleView } from '../../worker/api.ts';
import { ExampleCard } from './ExampleCard.tsx';
import { ExampleControls } from './ExampleControls.tsx';
import { in255 } from './format.ts';
import { fillingFactor } from './pixels.ts';
import { DEFAULT_SETTINGS, toRequest } from './settings.ts';
import { useLatest } from './useLatest.ts';
import { Notice } from './Notice.tsx';

export interface SeeViewProps {
  /** Null while trained models are there; else why not and what to do, in one sentence. */
  readonly unavailable: string | null;
  /** The race whose models are asked: examples of another one are not shown. */
  readonly race: string;
  /** Changes when the models' weights have changed and a new answer is due. */
  readonly weights: string;
  readonly images: number;
  readonly eps: number;
  readonly name: (index: number) => string;
  readonly colour: (label: string) => string;
  readonly example: (request: ExampleRequest) => Promise<ExampleView[]>;
}

/** Adversarial examples, computed live by the models just trained. */
export function SeeView({ unavailable, race, weights, images, eps, name, colour, example }: SeeViewProps) {
  const [settings, setSettings] = useState({ ...DEFAULT_SETTINGS, eps255: Number((eps * 255).toFixed(2)) });
  const [chosenFactor, setFactor] = useState<number | null>(null);
  const request = toRequest(settings, images);
  const factor = chosenFactor ?? Math.min(50, fillingFactor(request.eps));
  const key = unavailable === null ? JSON.stringify([race, weights, request]) : null;
  const { value, error, busy } = useLatest(key, async () => ({ race, views: await example(request) }));
  const views = unavailable === null && value?.race === race ? value.views : null;

  return (
    <Stack gap="md">
      <ExampleControls
        value={settings}
        onChange={setSettings}
        images={images}
        factor={factor}
        onFactor={setFactor}
        disabled={unavailable !== null}
      />
      {unavailable !== null && (
        <Notice color="blue" icon={<IconInfoCircle />} title="No trained models on this page yet">
          {unavailable}
        </Notice>
      )}
      {error !== null && unavailable === null && (
        <Notice color="red" icon={<IconAlertTriangle />} title="No example could be computed">
          {error}
        </Notice>
      )}
      <Group gap="xs" mih={22} role="status" aria-live="polite">
        {busy && <Loader size="xs" aria-hidden />}
        {unavailable === null && (
          <Text size="sm" c="dimmed">
            {busy
              ? 'Attacking each model…'
              : views && views.length > 0
                ? `Image ${request.index}, class ${name(views[0].trueClass)}; ${request.attack === 'fgsm' ? 'FGSM' : `PGD-${request.steps}, step ${in255(request.stepSize)}`}, ε ${in255(request.eps)}, each model attacked through its own gradients.`
                : ''}
          </Text>
        )}
      </Group>
      {views && (
        <Box aria-busy={busy} style={{ opacity: busy ? 0.7 : 1, transition: 'opacity 150ms' }}>
          {/* Four side by side would be small and three leave one over: two by two. */}
          <div
            style={{
              display: 'grid',
              gap: 'var(--mantine-spacing-md)',
              gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, max(250px, ${views.length === 4 ? 34 : 26}%)), 1fr))`,
            }}
          >
            {views.map((view) => (
              <ExampleCard
                key={view.label}
                view={view}
                factor={factor}
                eps={request.eps}
                name={name}
                colour={colour(view.label)}
              />
            ))}
          </div>
        </Box>
      )}
      <Text size="xs" c="dimmed">
        x′ = x + δ with ‖δ‖∞ ≤ ε, found by ascending the loss: FGSM takes one step of size ε along its sign,
        PGD several smaller ones, each projected back. The middle picture shows grey where nothing changed.
      </Text>
    </Stack>
  );
}
