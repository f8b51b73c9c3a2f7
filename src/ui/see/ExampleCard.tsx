import { Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { ExampleView } from '../../worker/api.ts';
import { Confidences } from './Confidences.tsx';
import { in255, percent } from './format.ts';
import { PixelImage } from './PixelImage.tsx';
import { amplify } from './pixels.ts';

interface Props {
  readonly view: ExampleView;
  readonly factor: number;
  readonly eps: number;
  readonly name: (index: number) => string;
  readonly colour: string;
}

function Picture({ rgb, caption, label }: { rgb: ArrayLike<number>; caption: string; label: string }) {
  return (
    <Stack gap={4} align="center">
      <PixelImage rgb={rgb} label={label} />
      <Text size="xs" c="dimmed" ta="center">
        {caption}
      </Text>
    </Stack>
  );
}

/** One contestant's example: image + perturbation = adversarial image, and what the model says to both. */
export function ExampleCard({ view, factor, eps, name, colour }: Props) {
  const amplified = useMemo(() => amplify(view.perturbation, factor), [view.perturbation, factor]);
  const truth = name(view.trueClass);
  const withinBudget = view.linf <= eps + 1e-6;
  return (
    <Card
      withBorder
      padding="sm"
      component="article"
      aria-label={`Adversarial example against ${view.label}`}
    >
      <Stack gap="xs">
        <Group gap={8} wrap="nowrap">
          <span
            aria-hidden
            style={{ width: 12, height: 12, borderRadius: 6, background: colour, flex: 'none' }}
          />
          <Text fw={600}>{view.label}</Text>
        </Group>
        <SimpleGrid cols={3} spacing="xs">
          <Picture
            rgb={view.image}
            caption="clean x"
            label={`Clean image of class ${truth}; ${view.label} says ${name(view.clean.predicted)} with ${percent(view.clean.probabilities[view.clean.predicted])}`}
          />
          <Picture
            rgb={amplified}
            caption={`δ = x′ − x, ×${factor}`}
            label={`Perturbation, amplified ${factor} times; its largest change is ${in255(view.linf)}`}
          />
          <Picture
            rgb={view.adversarial}
            caption="adversarial x′"
            label={`Adversarial image; ${view.label} says ${name(view.attacked.predicted)} with ${percent(view.attacked.probabilities[view.attacked.predicted])}`}
          />
        </SimpleGrid>
        <Text size="xs" c="dimmed">
          measured ‖δ‖∞ = {in255(view.linf)}
          {withinBudget ? ' (within ε)' : ` — exceeds ε = ${in255(eps)}`}
        </Text>
        <Confidences {...view.clean} trueClass={view.trueClass} name={name} title="Clean" />
        <Confidences {...view.attacked} trueClass={view.trueClass} name={name} title="Attacked" />
      </Stack>
    </Card>
  );
}
