/**
 * A part of the page whose code is loaded when it is first drawn. If the code does not arrive, a button tries again.
 */
import { lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react';
import { PartBoundary } from './PartBoundary.tsx';
import { retriedImport } from './retried-import.ts';

interface Props<P> {
  readonly name: string;
  /** A dynamic import of a module whose default export is the part. */
  readonly load: () => Promise<{ default: ComponentType<P> }>;
  readonly props: P;
  readonly waiting?: ReactNode;
}

export function LazyPart<P extends object>({ name, load, props, waiting = null }: Props<P>) {
  // React keeps a rejected import, so that another try needs a new lazy component.
  const make = () => lazy(() => retriedImport(load)) as unknown as ComponentType<P>;
  const [Part, setPart] = useState(make);
  return (
    <PartBoundary name={name} onRetry={() => setPart(make)}>
      <Suspense fallback={waiting}>
        <Part {...props} />
      </Suspense>
    </PartBoundary>
  );
}
