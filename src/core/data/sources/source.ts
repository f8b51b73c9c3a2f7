/**
 * What the page, the command line and the loader need to know of a data source. Free of readers: the page imports it.
 */

interface Described<Id extends string> {
  readonly id: Id;
  /** In the picker, which adds how it comes. */
  readonly name: string;
  /** In the name of a run and in notes, e.g. `CIFAR-10`. */
  readonly short: string;
  /** One sentence: what the images are and where they come from. */
  readonly words: string;
  /** Names by class index, before anything is loaded. */
  readonly classNames: readonly string[];
  readonly limits: {
    /** Classes that it can have. */
    readonly classes: number;
    /** Training and test images over all classes. */
    readonly train: number;
    readonly test: number;
  };
  /** Which of the sets of the official code it is; null: none of them, or only its files tell. */
  readonly cifar: 'CIFAR-10' | 'CIFAR-100' | null;
}

/** Images that a generator makes; load.ts has the generator. */
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
 * Loaded on demand: from shards beside the page in `data/<id>/`, else Hugging Face, in Node also the official archive;
 * then kept.
 */
export interface DownloadSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'download';
  readonly download: {
    /** Its size on Hugging Face, for the page. */
    readonly size: string;
    /** Parquet files with the columns img{bytes, path} (PNG) and `labelColumn`. */
    readonly huggingFace: {
      readonly repository: string;
      readonly folder: string;
      readonly train: string;
      readonly test: string;
      readonly labelColumn: string;
    };
    /** CIFAR's binary version at its own site, which browsers may not read from another page; null: there is none. */
    readonly archive: OfficialArchive | null;
  };
}

/** Files that the visitor drops or the command line names. The data set is known once they have been read. */
export interface FilesSource<Id extends string = string> extends Described<Id> {
  readonly kind: 'files';
}

export type AnySource<Id extends string = string> =
  GeneratedSource<Id> | DownloadSource<Id> | FilesSource<Id>;
