/**
 * The faults that a race, its data and its page survive. For each there is a test whose title ends in `(fault: <id>)`;
 * it checks what is shown, what is kept, or that the numbers equal those of a run without the fault.
 * fault-table.test.ts checks that every row has a test.
 */
export interface FaultRow {
  /** What fails, and when. */
  readonly fault: string;
  /** What the page shows. */
  readonly seen: string;
  /** What is not lost. */
  readonly kept: string;
}

const GOES_ON = 'A note: the race goes on from its last kept state, or starts from the beginning.';
const LAST_STATE = 'The last state, kept after each epoch and every 30 seconds.';
const NOT_KEPT = 'One note: the state of the race could not be kept, and why.';
const OTHER_SOURCE = 'A note with the reason, and that Hugging Face is tried.';

/** By id. */
export const FAULTS: Readonly<Record<string, FaultRow>> = {
  'worker-killed': { fault: 'The worker dies under a race, on the page.', seen: GOES_ON, kept: LAST_STATE },
  'worker-killed-preparing': {
    fault: 'The worker dies before the first step.',
    seen: 'A note: the race starts again from the beginning.',
    kept: 'The settings of the race.',
  },
  'worker-killed-training': { fault: 'The worker dies in training.', seen: GOES_ON, kept: LAST_STATE },
  'worker-killed-evaluating': { fault: 'The worker dies in an evaluation.', seen: GOES_ON, kept: LAST_STATE },
  'worker-killed-attacking': {
    fault: 'The worker dies in a stress test.',
    seen: 'The rows reached, and the reason for the end.',
    kept: 'The rows, and the trained models.',
  },
  'lane-worker-killed': {
    fault: 'The worker of one lane dies, with several lanes side by side.',
    seen: 'A note: which contestant starts again, and from where.',
    kept: 'The other lanes, whole; of this one its last state.',
  },
  'lane-worker-hangs': {
    fault: 'The worker of one lane hangs: it no longer answers, or answers and gets no further.',
    seen: 'A note: which contestant starts again, from where, and for how long it made no progress.',
    kept: 'The other lanes, whole; of this one its last state.',
  },
  'lane-worker-out-of-memory': {
    fault: 'The worker of one lane finds no memory, each time it is started again.',
    seen: 'This contestant ran out of memory, and what to do; the others go on.',
    kept: 'What it measured before, and all of the others.',
  },
  'worker-silent': {
    fault: 'The worker hangs: it no longer answers.',
    seen: 'Within 20 s: for how long it has not answered, and a button that restarts it.',
    kept: LAST_STATE,
  },
  'device-destroyed': { fault: 'The GPU device is destroyed in a step.', seen: GOES_ON, kept: LAST_STATE },
  'device-lost-idle': {
    fault: 'The GPU device is lost while nothing runs.',
    seen: 'A note before the next race: the device is started again.',
    kept: 'The trained models.',
  },
  'context-lost': { fault: 'A WebGL context is lost and reads zeros.', seen: GOES_ON, kept: LAST_STATE },
  'lane-out-of-memory': {
    fault: 'A step finds no memory.',
    seen: 'Failed, with the message of the kernel; Resume where a state is kept.',
    kept: `The curves so far, marked as failed. ${LAST_STATE}`,
  },
  nan: {
    fault: 'The loss of a contestant becomes NaN.',
    seen: 'This contestant has diverged, with its reason; the others go on.',
    kept: 'Its figures up to then, and the other contestants.',
  },
  reload: {
    fault: 'The page is loaded anew after a stop.',
    seen: 'The unfinished race, with Resume and Discard.',
    kept: LAST_STATE,
  },
  'quota-before-race': {
    fault: 'The storage is full before a race.',
    seen: NOT_KEPT,
    kept: 'The result, on the page.',
  },
  'quota-within-race': {
    fault: 'The storage becomes full during a race.',
    seen: NOT_KEPT,
    kept: 'The state kept before, unchanged.',
  },
  'indexeddb-blocked': { fault: 'IndexedDB is refused.', seen: NOT_KEPT, kept: 'The result, on the page.' },
  'indexeddb-deleted': {
    fault: 'The database is deleted under a race.',
    seen: 'Nothing.',
    kept: 'The next state.',
  },
  'indexeddb-closing': {
    fault: 'The connection to the database closes.',
    seen: 'Nothing.',
    kept: 'Every state.',
  },
  'opfs-gone': {
    fault: 'There is no private file system, and the worker of an archive’s race dies.',
    seen: GOES_ON,
    kept: `The file chosen on the page. ${LAST_STATE}`,
  },
  'network-cut': {
    fault: 'The connection is cut in the middle of a shard.',
    seen: OTHER_SOURCE,
    kept: 'No partial data.',
  },
  'http-429': {
    fault: 'A host answers 429.',
    seen: 'A note: the host is busy, and when it is asked again.',
    kept: 'What had arrived.',
  },
  'http-503': {
    fault: 'A host answers 503.',
    seen: 'A note: the host is busy, and when it is asked again.',
    kept: 'What had arrived.',
  },
  'wrong-type': {
    fault: 'An HTML page arrives in place of data.',
    seen: OTHER_SOURCE,
    kept: 'Nothing of that file.',
  },
  'short-body': { fault: 'A shard is too short.', seen: OTHER_SOURCE, kept: 'Nothing of that file.' },
  'damaged-shard': {
    fault: 'One bit of a shard is wrong.',
    seen: OTHER_SOURCE,
    kept: 'Nothing of that file.',
  },
  'two-tabs': {
    fault: 'Two tabs, one of which trains.',
    seen: 'The other tab does not offer the race.',
    kept: 'One record for each race.',
  },
  'clock-jump': {
    fault: 'The clock jumps by hours, forwards or backwards.',
    seen: 'A time left that is never negative.',
    kept: 'Everything.',
  },
  'service-worker-update': {
    fault: 'A new version is installed.',
    seen: 'It is offered, and used only when asked.',
    kept: 'The version in use.',
  },
};
