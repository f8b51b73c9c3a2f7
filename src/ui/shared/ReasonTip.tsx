/**
 * Shows why a disabled control does nothing when it is hovered, focused or touched. Mount it once.
 */
import { Portal } from '@mantine/core';
import { useEffect, useState } from 'react';

interface Tip {
  readonly reason: string;
  readonly left: number;
  readonly top: number;
  /** Whether it is above the control, because there is no room below. */
  readonly above: boolean;
}

const WIDTH = 280;
const GAP = 6;
/** Height in pixels that a tip of four lines needs. */
const ROOM = 110;

function tipFor(target: EventTarget | null): Tip | null {
  const control = target instanceof Element ? target.closest('[data-reason]') : null;
  const reason = control?.getAttribute('data-reason');
  if (!control || !reason) return null;
  const box = control.getBoundingClientRect();
  const above = box.bottom + ROOM > innerHeight && box.top > ROOM;
  return {
    reason,
    left: Math.max(8, Math.min(box.left, innerWidth - WIDTH - 8)),
    top: above ? box.top - GAP : box.bottom + GAP,
    above,
  };
}

export function ReasonTip() {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    let target: EventTarget | null = null;
    const place = () => setTip(tipFor(target));
    const show = (event: Event) => {
      target = event.target;
      place();
    };
    const hide = () => {
      target = null;
      place();
    };
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const shows = ['pointerover', 'focusin', 'click'] as const;
    for (const type of shows) document.addEventListener(type, show);
    document.addEventListener('focusout', hide);
    document.addEventListener('scroll', place, { capture: true, passive: true });
    document.addEventListener('keydown', onKey);
    return () => {
      for (const type of shows) document.removeEventListener(type, show);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('scroll', place, { capture: true });
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  if (!tip) return null;
  return (
    <Portal>
      {/* Hidden from screen readers, which read the sentence as the control's description. */}
      <div
        className="reason-tip"
        data-testid="reason-tip"
        aria-hidden
        style={{
          left: tip.left,
          top: tip.top,
          maxWidth: WIDTH,
          transform: tip.above ? 'translateY(-100%)' : undefined,
        }}
      >
        {tip.reason}
      </div>
    </Portal>
  );
}
