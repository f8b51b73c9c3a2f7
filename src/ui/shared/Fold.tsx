/** A part of the page behind its title, closed until asked for: a native `details`, for keyboard and screen reader. */
import { useState, type ReactNode } from 'react';
import { setFold, useFolds, type FoldId } from './folds.ts';

interface Props {
  readonly id: FoldId;
  /** What is behind it, in a few words. */
  readonly title: ReactNode;
  /** A few words beside the title, shown open or closed. */
  readonly note?: ReactNode;
  /** Whether it is open until the visitor opens or closes it. */
  readonly initially?: boolean;
  /** Whether the content stands in the page without the title, whatever was chosen. */
  readonly always?: boolean;
  readonly children: ReactNode;
}

/** The content is drawn when it is first opened, and stays while it is closed, with what was entered. */
export function Fold({ id, title, note, initially = false, always = false, children }: Props) {
  const chosen = useFolds((s) => s[id]);
  const open = always || (chosen ?? initially);
  const [drawn, setDrawn] = useState(open);
  if (open && !drawn) setDrawn(true);
  return (
    <details
      className="fold"
      open={open}
      onToggle={({ currentTarget }) => {
        if (!always && currentTarget.open !== open) setFold(id, currentTarget.open);
      }}
    >
      <summary hidden={always}>
        <span className="fold-title">{title}</span>
        {note && <span className="fold-note">{note}</span>}
      </summary>
      {drawn && <div className="fold-content">{children}</div>}
    </details>
  );
}
