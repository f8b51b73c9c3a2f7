import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/theme/page.css';
import './ui/theme/top-bar.css';
import './ui/theme/idea.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './ui/app/App.tsx';
import { restoreVisit } from './ui/app/kept-visit.ts';
import { startOfflinePage } from './ui/app/offline.tsx';
import { PartBoundary } from './ui/shared/PartBoundary.tsx';
import { surviveTranslators } from './ui/shared/translated-page.ts';
import { reportUnhandled } from './ui/shared/unhandled.ts';
import { notify } from './ui/shared/notify.ts';
import { cssVariables, theme } from './ui/theme/theme.ts';

// Read by boot/boot.ts, which speaks for the page until here.
document.documentElement.dataset.started = 'yes';
reportUnhandled(window, (sentence) => notify('error', sentence));
surviveTranslators(document.body);
const place = restoreVisit();

/** As in top-bar.css. A phone that is turned keeps the place until the page is loaded again. */
const narrow = window.matchMedia('(max-width: 760px)').matches;

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      {/* Away from the controls of a race: on a phone they are at the bottom, else at the top. */}
      <Notifications position={narrow ? 'top-center' : 'bottom-right'} limit={3} />
      <PartBoundary name="The page" rest="A race that runs goes on, and saved runs are kept.">
        <App place={place} />
      </PartBoundary>
    </MantineProvider>
  </StrictMode>,
);

if (import.meta.env.PROD) startOfflinePage();
