/** Messages between page and service worker. Types only, because a value would make the bundler share a file. */

/** Page to waiting worker, with a port for the answer: take this version into use. */
export type Apply = 'apply';

export type Applied = 'applied' | 'other-tabs';
