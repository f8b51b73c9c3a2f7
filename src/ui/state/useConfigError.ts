import { configError } from '../workbench/race-rules.ts';
import { usePage } from './store.ts';

/** Why the settings cannot be trained, in one sentence; null if they can. */
export function useConfigError(): string | null {
  const config = usePage((s) => s.config);
  const data = usePage((s) => s.data);
  const opened = usePage((s) => s.opened);
  return configError(config, data, opened);
}
