/** What the current combination gives beside ARAT: a small table, read out when it changes. */
import { Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { partsKey, type Parts } from '../../core/experiments/parts.ts';
import type { FactorialIndex } from '../../core/result/factorial.ts';
import { goTo } from '../app/go-to.ts';
import { Button } from '../shared/controls.tsx';
import { usePage } from '../state/store.ts';
import { isActive, RACING } from '../workbench/race-rules.ts';
import { comparison } from './comparison.ts';
import { ARAT_KEY, recordedWithKey } from './idea-state.ts';
import { showRecordings } from './show-recordings.ts';
import { partsInWords } from './words.ts';

interface Props {
  readonly index: FactorialIndex;
  readonly parts: Parts;
  /** What stands below the note on the figures. */
  readonly children: ReactNode;
}

/** `800 test images, PGD-10, 5 seeds.` */
function Measured({ of: { contestants, seeds } }: { readonly of: FactorialIndex }) {
  const { final } = contestants[0].runs[0];
  const attack = final?.attack.split(',')[0] ?? 'no attack';
  const steps = /^PGD-(\d+)$/.exec(attack)?.[1];
  return (
    <>
      {final?.n ?? 0} test images,{' '}
      {steps ? <abbr title={`projected gradient descent, ${steps} steps`}>{attack}</abbr> : attack},{' '}
      {seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}.
    </>
  );
}

export function Readout({ index, parts, children }: Props) {
  const active = usePage((s) => isActive(s.race));
  const key = partsKey(parts);
  const rows = useMemo(() => {
    const [arat, current] = [recordedWithKey(index, ARAT_KEY), recordedWithKey(index, key)];
    return arat && current ? comparison(arat, current) : null;
  }, [index, key]);
  if (!rows)
    return (
      <Text size="sm" role="status">
        {partsInWords(parts)} is not recorded yet. “Train this” trains it here, beside ARAT.
      </Text>
    );
  const same = key === ARAT_KEY;
  const showCurves = async () => {
    if (await showRecordings(same ? [key] : [ARAT_KEY, key], partsInWords(parts))) goTo('race');
  };
  return (
    <div role="status" className="idea-figures">
      <table className="idea-readout" aria-label={same ? 'ARAT' : `${partsInWords(parts)}, beside ARAT`}>
        <thead>
          <tr>
            <td />
            <th scope="col">ARAT</th>
            {!same && (
              <>
                <th scope="col">this</th>
                <th scope="col">difference (95 %)</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, arat, current, difference }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{arat}</td>
              {!same && (
                <>
                  <td>{current}</td>
                  <td>{difference}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <Text component="div" size="xs" c="dimmed">
        <Measured of={index} />{' '}
        <Button
          size="compact-xs"
          variant="subtle"
          disabledBecause={active ? RACING : null}
          onClick={() => void showCurves()}
        >
          Curves
        </Button>
        {children}
      </Text>
    </div>
  );
}
