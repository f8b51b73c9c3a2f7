/** A worker thread's entry: TypeScript is loaded as by the command itself. */
import { register } from 'tsx/esm/api';

register();
await import('./lane-thread.ts');
