/** The first screen: how ARAT trains, what each of its parts gives, and an attack on the recorded models. */
import { Button, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Parts } from '../../core/experiments/parts.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { PAPER_NOTE, paperFor } from '../race/paper.ts';
import { usePage } from '../state/store.ts';
import { AttackNow } from './AttackNow.tsx';
import { Diagram } from './Diagram.tsx';
import { loadFigures, switchPart, tell, useIdea } from './idea-state.ts';
import { liveNumbers } from './live-numbers.ts';
import { PartChips } from './PartChips.tsx';
import { Plane } from './Plane.tsx';
import { Readout } from './Readout.tsx';
import { Story } from './Story.tsx';
import { TrainCards } from './TrainCards.tsx';

const PAPER = paperFor({ dataset: { provenance: '', classNames: [] }, config: PRESETS.standard });

/** The plane of the recorded runs, or why it is not there. */
function Figures({ paper }: { readonly paper: boolean }) {
  const { index, status, error, parts } = useIdea();
  if (index) return <Plane index={index} parts={parts} paper={paper ? (PAPER?.figures ?? []) : []} />;
  return (
    <div className="idea-plane empty" role="status">
      {status === 'missing' &&
        'The figures of these combinations are not recorded yet: “Train this” computes them here.'}
      {status === 'failed' && (
        <>
          The recorded figures did not arrive: {error}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void loadFigures()}>
            Try again
          </Button>
        </>
      )}
    </div>
  );
}

/** The diagram, with the numbers of a race under way. Apart, since these change every second. */
function LiveDiagram({ parts }: { readonly parts: Parts }) {
  const live = usePage(useShallow((s) => (s.shown === 'live' && s.view ? liveNumbers(s.view, parts) : null)));
  return <Diagram parts={parts} onSwitch={switchPart} live={live} />;
}

export function IdeaSection() {
  const { parts, index, step } = useIdea();
  const [paper, setPaper] = useState(false);
  useEffect(() => void loadFigures(), []);
  return (
    <section id="idea" className="idea" aria-labelledby="idea-title">
      <div className="idea-lead">
        <h2 id="idea-title" className="visually-hidden">
          Idea
        </h2>
        {step === null ? (
          <Text size="md">
            ARAT (Asymmetric Representation-regularized Adversarial Training) teaches a network to withstand
            small malicious changes of its images. Switch its parts off.
          </Text>
        ) : (
          <Story step={step} onStep={tell} />
        )}
      </div>
      <div className="idea-top">
        <div className="idea-how">
          <LiveDiagram parts={parts} />
          <PartChips parts={parts} onSwitch={switchPart} />
          <div className="idea-below">
            {index && (
              <Readout index={index} parts={parts}>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-pressed={paper}
                  onClick={() => setPaper(!paper)}
                >
                  {paper ? 'Hide the paper’s points' : 'Paper’s points'}
                </Button>
                {paper && PAPER_NOTE}
              </Readout>
            )}
          </div>
        </div>
        <div className="idea-what">
          <Figures paper={paper} />
        </div>
      </div>
      <AttackNow index={index} parts={parts} />
      <TrainCards parts={parts} />
    </section>
  );
}
