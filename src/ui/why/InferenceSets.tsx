/** Which BatchNorm set to use at inference: both, and everything between them on a slider. */
import { Slider, Stack, Text, Title } from '@mantine/core';
import { memo, useMemo, useState } from 'react';
import { accuracyBand, byContestant } from '../../core/result/spread.ts';
import type { RunResult } from '../../core/result/results.ts';
import { stylesOf } from '../charts/identity.ts';
import { DifferenceRows } from '../race/DifferenceRows.tsx';
import { sameFinals } from '../shared/same-finals.ts';
import { TextTable } from '../shared/TextTable.tsx';
import { countedWords, inferenceSets, type SetsOfContestant } from './inference.ts';
import { SetsPlane } from './SetsPlane.tsx';

/** `adv set`, `clean set`, or `60 % adv`. */
const shareWords = (share: number): string =>
  share === 0 ? 'clean set' : share === 1 ? 'adv set' : `${Math.round(100 * share)} % adv set`;

function SetsTable({ of }: { readonly of: SetsOfContestant }) {
  const title = `${of.label}: accuracy through each set`;
  return (
    <TextTable
      minWidth={420}
      areaLabel={`${title}, scrollable`}
      aria-label={title}
      style={{ fontVariantNumeric: 'tabular-nums' }}
      head={[`${of.label}: images`, 'Through the clean set (%)', 'Through the adv set (%)']}
      rows={of.rows.map(({ images, throughClean, throughAdv }) => [images, throughClean, throughAdv])}
    />
  );
}

interface Props {
  readonly runs: readonly RunResult[];
}

/** Renders nothing unless the race measured both sets at its end. */
export const InferenceSets = memo(function InferenceSets({ runs }: Props) {
  const measured = useMemo(() => inferenceSets(runs), [runs]);
  const [place, setPlace] = useState<number | null>(null);
  if (measured.length === 0) return null;
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const styleOf = (label: string) => styles[contestants.findIndex((c) => c.label === label)];
  const last = measured[0].path.length - 1;
  const shown = Math.min(place ?? last, last);
  const { share } = measured[0].path[shown];
  return (
    <Stack gap="xs" component="section" data-testid="inference-sets">
      <Title order={3} size="h4">
        Clean or adv set at inference
      </Title>
      <Text size="sm">
        A network with split BatchNorm may classify through either set; ARAT uses the adv set for all images.
        The slider interpolates the two sets, affine parameters and running statistics alike; each point is
        attacked through the same interpolation. Final weights, on {countedWords(measured)}. In brackets, and
        as bars in the plane: {accuracyBand(Math.max(...measured.map((of) => of.seeds)))}.
      </Text>
      <Text size="sm" id="inference-share">
        Inference through: {shareWords(share)}
      </Text>
      <Slider
        thumbSize={24}
        maw={420}
        mb="lg"
        thumbProps={{ 'aria-labelledby': 'inference-share', 'aria-valuetext': shareWords(share) }}
        min={0}
        max={last}
        step={1}
        value={shown}
        onChange={setPlace}
        // A label at the thumb would cover the line above, which says the same.
        label={null}
        marks={[
          { value: 0, label: 'clean' },
          { value: last, label: 'adv' },
        ]}
      />
      <SetsPlane of={measured} share={share} styleOf={styleOf} />
      <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }} aria-live="polite">
        {measured
          .map(({ label, path }) => {
            const p = path.find((point) => point.share === share)!;
            return `${label}: clean ${p.clean.toFixed(1)} %, robust ${p.robust.toFixed(1)} %`;
          })
          .join('; ')}
      </Text>
      {measured.map((of) => (
        <SetsTable key={of.label} of={of} />
      ))}
      <Text size="sm">
        Clean set less adv set, each attacked through itself, on {countedWords(measured)}:
      </Text>
      <DifferenceRows
        of="Contestant"
        rows={measured.map((of) => of.difference)}
        areaLabel="Clean set less adv set, scrollable"
        aria-label="Clean set less adv set"
        data-testid="set-differences"
        style={{ fontVariantNumeric: 'tabular-nums' }}
      />
    </Stack>
  );
}, sameFinals);
