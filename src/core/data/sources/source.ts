/**
 * The types of data sources, for the page, the command line and the loader. Imports no readers, since the page imports
 * it.
 */

interface Described<Id extends string> {
  readonly id: Id;
  /** Its name in the picker, which adds where the images come from. */
  readonly name: string;
  /** Its name in runs and notes, e.g. `CIFAR-10`. */
  readonly short: string;
  /** One sentence: what the images are and where they come from. */
  readonly words: string;
  /** Names by class index, before anything is loaded. */
  readonly classNames: readonly string[];
  readonly limits: {
    /** The most classes that it can have. */
    readonly classes: number;
    /** The most training and test images, over all classes. */
    readonly train: number;
    readonly test: number;
  };
  /** Which data set of the official code it is; null if it is none, or only its files show it. */
  readonly cifar: 'CIFAR-10' | 'CIFAR-100' | null;
}

/** Images that a generator in load.ts computes. */
export interface GeneratedSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'generated';
}

export interface OfficialArchive {
  readonly url: string;
  readonly md5: string;
  /** The page that links to it. */
  readonly home: string;
}

/**
 * Images that are loaded on demand, and kept: from shards beside the page in `data/<id>/`, else from Hugging Face, or
 * in Node from the official archive.
 */
export interface DownloadSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'download';
  readonly download: {
    /** Its size on Hugging Face, for the page. */
    readonly size: string;
    readonly bytes: number;
    /** Parquet files with the columns img{bytes, path} (PNG) and `labelColumn`. */
    readonly huggingFace: {
      readonly repository: string;
      readonly folder: string;
      readonly train: string;
      readonly test: string;
      readonly labelColumn: string;
    };
    /** CIFAR's binary version at its own site, which browsers may not read from another page; null if there is none. */
    readonly archive: OfficialArchive | null;
  };
}

/** Part of this project: shards in `data/<id>/` below the page's address, loaded on request and kept. */
export interface HostedSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'hosted';
  readonly size: string;
}

/** Files that the visitor drops or the command line names. Only reading them shows which data set it is. */
export interface FilesSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'files';
}

export type AnySource<Id extends string = string> =
  GeneratedSource<Id> | HostedSource<Id> | DownloadSource<Id> | FilesSource<Id>;
