/** What page and service worker say to each other. Types only: a value would become a file that both import. */

/** Page to waiting worker, with a port for the answer: take over. */
export type Apply = 'apply';

export type Applied = 'applied' | 'other-tabs';
