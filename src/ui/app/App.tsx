/** The page: title, sticky bar, first screen, settings of the next race, and the sections in reading order. */
import { Anchor, Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState, type MouseEvent } from 'react';
import { ExperimentPanel } from '../experiment/ExperimentPanel.tsx';
import { IdeaSection } from '../idea/IdeaSection.tsx';
import { tell } from '../idea/idea-state.ts';
import { useAsked } from '../shared/ask.ts';
import { LazyPart } from '../shared/LazyPart.tsx';
import { Fold } from '../shared/Fold.tsx';
import { PartBoundary } from '../shared/PartBoundary.tsx';
import { usePage, workbench } from '../state/store.ts';
import type { PlaceInView } from '../state/visit.ts';
import { workUnderWay } from '../state/work.ts';
import { ReasonTip } from '../shared/ReasonTip.tsx';
import { keepFocus } from '../shared/focus-keeper.ts';
import { FileDrop } from './FileDrop.tsx';
import { openSettings } from './go-to.ts';
import { keepVisit } from './kept-visit.ts';
import { loadSettings } from './load-settings.ts';
import { SchemeToggle } from './SchemeToggle.tsx';
import { Sections } from './Sections.tsx';
import { closeSharedLink, followAddress, openFirstView, useSharedLink } from './shared-link.ts';
import { ShownBanner } from './ShownBanner.tsx';
import { TopBar } from './TopBar.tsx';
import { WaitingLink } from './WaitingLink.tsx';

const loadAskDialog = () => import('../shared/AskDialog.tsx');
const loadWeightsDialog = () => import('../own-model/OpenModelDialog.tsx');
const loadBanner = () => import('../keep/SnapshotBanner.tsx').then((m) => ({ default: m.SnapshotBanner }));

/** Shows the shared result that the address names, else the recorded run, and follows changes of the address. */
function useAddress() {
  useEffect(() => {
    void openFirstView();
    void workbench.findInterrupted();
    const follow = () => void followAddress();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
}

/** Moves the focus without changing the address, which may contain a shared result. */
function skipToResults(event: MouseEvent): void {
  event.preventDefault();
  const main = document.getElementById('main');
  main?.focus();
  main?.scrollIntoView();
}

/** Lets the browser ask before it leaves or reloads the page while something runs. */
function useLeaveGuard() {
  const active = usePage((s) => workUnderWay(s) !== null);
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
}

/** The dialog for questions. It stays mounted after the first one, so that the focus can return to where it was. */
function Questions() {
  const asked = useAsked((s) => s.asked !== null);
  const [needed, setNeeded] = useState(asked);
  if (asked && !needed) setNeeded(true);
  return needed && <LazyPart name="The question that follows this click" load={loadAskDialog} props={{}} />;
}

/** The dialog about a weight file. It stays mounted after the first one, for the same reason. */
function WeightsQuestions() {
  const asked = usePage((s) => s.askedWeights !== null);
  const [needed, setNeeded] = useState(asked);
  if (asked && !needed) setNeeded(true);
  return needed && <LazyPart name="The questions about a weight file" load={loadWeightsDialog} props={{}} />;
}

/** Shows the first caption, in the first screen. */
function startStory(): void {
  tell(0);
  document.getElementById('idea')?.scrollIntoView({ block: 'nearest' });
}

/** `place`: where the page was before it was reloaded, or null. */
export function App({ place }: { readonly place: PlaceInView | null }) {
  useAddress();
  useEffect(() => keepVisit(place), [place]);
  const snapshot = useSharedLink((s) => s.opened);
  useLeaveGuard();
  useEffect(keepFocus, []);
  const shown = usePage((s) => s.shown);
  const reproduce = () => {
    const { view } = usePage.getState();
    if (view) void loadSettings(view.config);
    openSettings();
  };
  return (
    <div className="page">
      <FileDrop />
      <ReasonTip />
      <Questions />
      <WeightsQuestions />
      <a className="skip-link" href="#main" onClick={skipToResults}>
        Skip to the results
      </a>
      <Group component="header" justify="space-between" align="center" wrap="nowrap" mb="2xs">
        <Box>
          <Title order={1} size="h3">
            ARAT Playground
          </Title>
        </Box>
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="default" onClick={() => startStory()}>
            60-second story
          </Button>
          <SchemeToggle />
        </Group>
      </Group>
      <WaitingLink />
      {snapshot && (!snapshot.ok || shown === 'snapshot') && (
        <Box mb="md">
          <LazyPart
            name="The description of the shared result"
            load={loadBanner}
            props={{ snapshot, onReproduce: reproduce, onClose: () => void closeSharedLink() }}
          />
        </Box>
      )}
      <TopBar />
      <PartBoundary name="The section Idea">
        <IdeaSection />
      </PartBoundary>
      <div className="page-grid">
        <PartBoundary name="The experiment">
          <ExperimentPanel />
        </PartBoundary>
        <div className="page-column">
          <Stack component="main" id="main" tabIndex={-1} gap="lg" miw={0}>
            <PartBoundary name="The origin of these figures">
              <ShownBanner />
            </PartBoundary>
            <Sections />
            <Text component="footer" size="sm" c="dimmed">
              The method: Waseda, Chang, Echizen, ICLR 2025,{' '}
              <Anchor href="https://arxiv.org/abs/2402.14648" inherit underline="always">
                arXiv:2402.14648
              </Anchor>
              . Nothing leaves your machine.
              <Fold id="method" title="About this implementation">
                This is an independent implementation; its losses, gradients, running statistics, attacks and
                three optimiser steps are compared with numbers that the official PyTorch code computed on a
                small network (npm run parity).
              </Fold>
            </Text>
          </Stack>
        </div>
      </div>
    </div>
  );
}
