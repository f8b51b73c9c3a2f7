/** The files of a drop, those in dropped folders included. */
import { MAX_FILES } from '../../core/data/file-limit.ts';

export interface DroppedFiles {
  /** A file of a folder has the folder in its name: `cifar-10-batches-py/test_batch`. */
  readonly files: File[];
  readonly hasFolder: boolean;
}

/** The part of `FileSystemEntry` that is read here. */
export interface Entry {
  readonly isDirectory: boolean;
  readonly name: string;
}
interface FileEntry extends Entry {
  file(done: (file: File) => void, failed: (error: unknown) => void): void;
}
interface FolderEntry extends Entry {
  createReader(): {
    readEntries(done: (entries: readonly Entry[]) => void, failed: (error: unknown) => void): void;
  };
}

/**
 * Must be called while the drop's event is handled, since the browser empties the items afterwards. Of a folder, it
 * gives one file more than can be read at most. Rejects if a folder cannot be read.
 */
export function droppedFiles(transfer: {
  readonly items: Iterable<{
    readonly kind: string;
    webkitGetAsEntry?(): Entry | null;
    getAsFile(): File | null;
  }>;
}): Promise<DroppedFiles> {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  // An item without an entry comes from a script, or from a browser without folders.
  const given = items.map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  return collected(given);
}

async function collected(
  given: readonly { readonly entry: Entry | null; readonly file: File | null }[],
): Promise<DroppedFiles> {
  const files: File[] = [];
  for (const { entry, file } of given) {
    if (entry?.isDirectory) await addFolder(entry as FolderEntry, entry.name, files);
    else if (file) files.push(file);
  }
  return { files, hasFolder: given.some(({ entry }) => entry?.isDirectory) };
}

async function addFolder(folder: FolderEntry, path: string, files: File[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // Some hundred at a time, until none comes.
    const entries = await new Promise<readonly Entry[]>((done, failed) => reader.readEntries(done, failed));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (files.length > MAX_FILES) return;
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory) await addFolder(entry as FolderEntry, inner, files);
      else
        files.push(
          named(await new Promise((done, failed) => (entry as FileEntry).file(done, failed)), inner),
        );
    }
  }
}

/** The files of a folder that was chosen in the browser's dialog. */
export const withFolders = (files: readonly File[]): File[] =>
  files.map((file) => (file.webkitRelativePath ? named(file, file.webkitRelativePath) : file));

/** The same content; the browser does not copy it. */
const named = (file: File, path: string): File => new File([file], path, { type: file.type });
