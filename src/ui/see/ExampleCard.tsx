import { Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { memo, useMemo, type ReactNode } from 'react';
import type { Norm } from '../../core/attacks/types.ts';
import type { ExampleView } from '../../worker/viewer.ts';
import { useInTurn } from '../state/turns.ts';
import { Confidences } from './Confidences.tsx';
import { percent } from '../shared/format.ts';
import { PathChart } from './PathChart.tsx';
import { PixelImage } from './PixelImage.tsx';
import { amplify, gradientPicture } from './pixels.ts';
import { normName, sizeIn } from './words.ts';

/** An example from the engine, with norm and eps of its request. */
interface Example {
  readonly view: ExampleView;
  readonly norm: Norm;
  readonly eps: number;
}

interface Reading {
  readonly factor: number;
  readonly name: (index: number) => string;
}

interface Props extends Example, Reading {
  readonly colour: string;
  /** Shown last: the slice of the loss, if switched on. */
  readonly children?: ReactNode;
}

const sameExample = (a: Example, b: Example): boolean =>
  a.view === b.view && a.norm === b.norm && a.eps === b.eps;

function Picture({ rgb, caption, label }: { rgb: ArrayLike<number>; caption: string; label: string }) {
  return (
    <Stack gap="2xs" align="center">
      <PixelImage rgb={rgb} label={label} caption={caption} />
      <Text size="xs" c="dimmed" ta="center">
        {caption}
      </Text>
    </Stack>
  );
}

/** One contestant's example. Drawn in turn: see useInTurn. */
export function ExampleCard({ view, norm, eps, factor, name, colour, children }: Props) {
  const { shown, place } = useInTurn({ view, norm, eps }, sameExample);
  const says = ({ predicted, probabilities }: ExampleView['clean']) =>
    `${name(predicted)} (${percent(probabilities[predicted])})`;
  const words = `true class ${name(view.trueClass)}; x: ${says(view.clean)}; x′: ${says(view.attacked)}`;
  return (
    <Card
      ref={place}
      withBorder
      padding="sm"
      component="article"
      data-example={JSON.stringify({ label: view.label, words })}
      aria-label={`Adversarial example against ${view.label}`}
    >
      <Stack gap="xs">
        <Group gap="xs" wrap="nowrap">
          <span
            aria-hidden
            style={{ width: 12, height: 12, borderRadius: 6, background: colour, flex: 'none' }}
          />
          <Text fw={600}>{view.label}</Text>
        </Group>
        {shown && <Answer {...shown} factor={factor} name={name} />}
        {children}
      </Stack>
    </Card>
  );
}

/** Clean image, perturbation, adversarial image, input gradient, both predictions, and the loss along the attack. */
const Answer = memo(function Answer({ view, factor, norm, eps, name }: Example & Reading) {
  const amplified = useMemo(() => amplify(view.perturbation, factor), [view.perturbation, factor]);
  const gradient = useMemo(() => gradientPicture(view.gradient), [view.gradient]);
  const blind = useMemo(() => view.gradient.every((g) => g === 0), [view.gradient]);
  const truth = name(view.trueClass);
  const withinBudget = view.size <= eps + 1e-5;
  return (
    <>
      <SimpleGrid cols={2} spacing="xs">
        <Picture
          rgb={view.image}
          caption="clean x"
          label={`Clean image of class ${truth}; ${view.label} says ${name(view.clean.predicted)} with ${percent(view.clean.probabilities[view.clean.predicted])}`}
        />
        <Picture
          rgb={amplified}
          caption={`δ = x′ − x, ×${factor}`}
          label={`Perturbation, amplified ${factor} times; its size is ${sizeIn(norm, view.size)}`}
        />
        <Picture
          rgb={view.adversarial}
          caption="adversarial x′"
          label={`Adversarial image; ${view.label} says ${name(view.attacked.predicted)} with ${percent(view.attacked.probabilities[view.attacked.predicted])}`}
        />
        <Picture
          rgb={gradient}
          caption={blind ? '∇ₓ loss: exactly 0' : '∇ₓ loss at x'}
          label={
            blind
              ? 'Input gradient: exactly 0 in every pixel'
              : 'Input gradient of the loss at the clean image'
          }
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        measured ‖δ‖{norm === 'linf' ? '∞' : '₂'} = {sizeIn(norm, view.size)}
        {withinBudget ? ' (within ε)' : ` — exceeds ε = ${sizeIn(norm, eps)} in ${normName(norm)}`}
        {view.clean.predicted !== view.trueClass && '; wrong before any attack'}
      </Text>
      <Confidences {...view.clean} trueClass={view.trueClass} name={name} title="Clean" />
      <Confidences {...view.attacked} trueClass={view.trueClass} name={name} title="Attacked" />
      <PathChart path={view.path} label={view.label} />
    </>
  );
});
