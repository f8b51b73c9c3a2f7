/** Accepts files dropped anywhere on the page; otherwise the browser would leave the page and open the file. */
import { edited } from '../experiment/edited.ts';
import { errorMessage } from '../../core/error-message.ts';
import { Portal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { droppedFiles, type DroppedFiles } from '../shared/dropped-files.ts';
import { whatIsDropped } from '../shared/dropped.ts';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

async function takeData(files: readonly File[]): Promise<void> {
  const { race, config, dataProgress } = usePage.getState();
  if (isActive(race)) return notify('warning', 'A race is running: drop the data again when it has ended.');
  if (dataProgress)
    return notify('warning', 'Data is being loaded: wait, or cancel the loading, then drop the file again.');
  if (config.dataset.source !== 'archive') workbench.setConfig(edited(config, 'dataset.source', 'archive'));
  const loaded = await workbench.loadData('archive', files);
  const { data, dataError } = usePage.getState();
  if (loaded) notify('done', `Loaded ${data.archive?.provenance}.`);
  else if (dataError) notify('error', dataError);
}

/** One file at a time, since each is asked about. */
async function takeWeights([file, ...others]: readonly File[]): Promise<void> {
  try {
    await workbench.opened.ask(file);
    if (others.length > 0)
      notify('warning', `${file.name} is opened first: drop the other weight files after it.`);
  } catch (error) {
    notify('error', errorMessage(error));
  }
}

async function take(drop: Promise<DroppedFiles>): Promise<void> {
  let files, hasFolder;
  try {
    ({ files, hasFolder } = await drop);
  } catch (error) {
    return notify('error', `The folder cannot be read: ${errorMessage(error)}`);
  }
  const dropped = whatIsDropped(files, hasFolder);
  if (dropped.kind === 'unknown') return notify('warning', dropped.message);
  if (dropped.kind === 'data') return takeData(files);
  if (dropped.kind === 'weights') return takeWeights(files);
  try {
    const { importFiles } = await import('../keep/import-files.ts');
    await importFiles(files);
    notify('done', `Imported ${files.map((f) => f.name).join(', ')}.`);
  } catch (error) {
    notify('error', errorMessage(error));
  }
}

export function FileDrop() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      setOver(true);
    };
    // `dragleave` also fires between elements; it has no related target only when the pointer leaves the window.
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      void take(droppedFiles(event.dataTransfer!));
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <Portal>
      <div className="drop-note" role="status">
        Drop it anywhere: CIFAR files or their folder become the data of the next race, a result (JSON) is
        imported, and the weights of a network (safetensors) are opened.
      </div>
    </Portal>
  );
}
