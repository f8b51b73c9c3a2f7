/** A button that opens the browser's file dialog. */
import { FileButton } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { Button, type Reason } from './controls.tsx';
import { withFolders } from './dropped-files.ts';

interface Props {
  /** Extensions; without them, any file can be chosen. */
  readonly accept?: string;
  readonly multiple?: boolean;
  /** Choose a folder, with all files in it, which then have it in their names. */
  readonly folder?: boolean;
  /** Name of the hidden file input, for tests and assistive technology. */
  readonly inputLabel: string;
  readonly icon?: ReactNode;
  readonly size?: 'xs' | 'sm';
  readonly disabledBecause?: Reason;
  /** Never empty. */
  readonly onFiles: (files: File[]) => void;
  readonly children: ReactNode;
}

export function FileChoice({
  accept,
  multiple = false,
  folder = false,
  inputLabel,
  icon,
  size,
  disabledBecause = null,
  onFiles,
  children,
}: Props) {
  const reset = useRef<() => void>(null);
  return (
    <FileButton
      accept={accept}
      multiple
      resetRef={reset}
      inputProps={{ 'aria-label': inputLabel, multiple, ...(folder && { webkitdirectory: '' }) }}
      onChange={(files) => {
        // Empty the input: otherwise browsers report no change when the same file is chosen again.
        reset.current?.();
        if (files.length > 0 && disabledBecause === null) onFiles(withFolders(files));
      }}
    >
      {(props) => (
        <Button {...props} variant="default" size={size} leftSection={icon} disabledBecause={disabledBecause}>
          {children}
        </Button>
      )}
    </FileButton>
  );
}
