import { IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { FileChoice } from '../shared/FileChoice.tsx';
import { Notice } from '../shared/Notice.tsx';
import { workbench } from '../state/store.ts';

/** A button that opens a weight file, and why it could not be opened. */
export function OpenWeights() {
  const [error, setError] = useState<string | null>(null);
  const ask = async (file: File) => {
    setError(null);
    try {
      await workbench.opened.ask(file);
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  return (
    <>
      <FileChoice
        accept=".safetensors"
        inputLabel="Weights as safetensors"
        icon={<IconFolderOpen size={18} />}
        onFiles={([file]) => void ask(file)}
      >
        Open weights
      </FileChoice>
      {error !== null && (
        <Notice
          color="red"
          title="The model could not be opened"
          withCloseButton
          onClose={() => setError(null)}
          closeButtonLabel="Dismiss"
        >
          {error}
        </Notice>
      )}
    </>
  );
}
