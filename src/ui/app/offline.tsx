/** The page's use of its service worker: when it may reload the page, and how a new version is offered. */
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Applied } from '../../offline/messages.ts';
import { startOffline } from '../../offline/start.ts';
import { notify } from '../shared/notify.ts';
import { usePage } from '../state/store.ts';
import { mayReload } from '../state/work.ts';

const OFFER = 'new-version';
const OTHER_TABS = 'Close the other tabs of this page first: they still need the old version.';

/** Whether there is no race, no backend and no data, started or being loaded. */
function isIdle(): boolean {
  const { race, device, deviceBusy, dataProgress, data } = usePage.getState();
  return !race && !device && !deviceBusy && !dataProgress && Object.keys(data).length === 0;
}

/**
 * Returns a function that is true while the visitor has used nothing and the page is idle, so a reload costs nothing.
 */
function watchTouches(): () => boolean {
  let touched = false;
  const touch = () => (touched = true);
  for (const type of ['pointerdown', 'keydown', 'drop', 'wheel'])
    window.addEventListener(type, touch, { once: true, passive: true, capture: true });
  return () => !touched && isIdle();
}

async function use(apply: () => Promise<Applied>): Promise<void> {
  if (!(await mayReload())) return;
  if ((await apply()) === 'other-tabs') notify('warning', OTHER_TABS);
}

function offer(apply: () => Promise<Applied>): void {
  notifications.show({
    id: OFFER,
    autoClose: false,
    title: 'A new version of this page is here',
    message: (
      <Group justify="space-between" gap="xs">
        <Text size="sm">It is used when you ask for it, or at your next visit.</Text>
        <Button size="compact-sm" onClick={() => void use(apply)}>
          Use it now
        </Button>
      </Group>
    ),
  });
}

/** Call once, after the first render; not in development, which has no service worker. */
export function startOfflinePage(): void {
  const isUntouched = watchTouches();
  void startOffline('./sw.js', { isUntouched, onUpdate: offer });
}
