/** The entry of a worker thread: loads TypeScript through tsx, as the command does. */
import { register } from 'tsx/esm/api';

register();
await import('./lane-thread.ts');
