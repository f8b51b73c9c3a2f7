import { Button } from './controls.tsx';
import type { ReactNode } from 'react';

interface Props {
  readonly leftSection?: ReactNode;
  readonly onClick: () => void;
  /** A sentence, which takes several lines where there is little room. */
  readonly children: string;
}

/** A small button whose label may be long. */
export const SentenceButton = ({ children, ...props }: Props) => (
  <Button
    size="xs"
    variant="default"
    h="auto"
    mih={30}
    maw="100%"
    styles={{ label: { whiteSpace: 'normal', textAlign: 'start' } }}
    {...props}
  >
    {children}
  </Button>
);
