/** The engine's device: started, watched, and started again after it was lost. */
import type { initialiseBackend } from '../core/backend/backend.ts';
import { deviceFault } from '../core/backend/device-fault.ts';
import { isNode } from '../core/backend/is-node.ts';
import type { BackendChoice } from '../core/settings/config.ts';
import type { DeviceInfo } from './api.ts';

/** The visitor hears within 20 s that a backend's files do not arrive. In Node they lie on the disk. */
const ARRIVAL_MS = isNode() ? undefined : 15_000;

export class EngineDevice {
  private started: DeviceInfo | null = null;
  private fault: string | null = null;
  /** Counts starts: a device that has been replaced is not heard any more. */
  private generation = 0;

  constructor(
    private readonly initialise: typeof initialiseBackend,
    /** Told once per device when it is gone, whatever runs then. */
    private readonly onLost: (reason: string) => void,
  ) {}

  /** Null before the first start. After a loss, what was lost. */
  get info(): DeviceInfo | null {
    return this.started;
  }

  /** Why the device cannot be used any more, or null. */
  get lost(): string | null {
    return this.fault;
  }

  /**
   * The tensors of the device before must have been disposed. `onNote` hears of a backend whose files do not arrive.
   */
  async start(choice: BackendChoice, onNote?: (note: string) => void): Promise<DeviceInfo> {
    const generation = ++this.generation;
    let ready = false;
    this.fault = null;
    const lose = (reason: string) => {
      if (generation === this.generation) this.lose(reason);
    };
    this.started = await this.initialise(choice, {
      onLost: lose,
      arrivalMs: ARRIVAL_MS,
      onNotArrived: onNote,
      // What a device refuses during its self-test is the self-test's to judge.
      onDeviceError: (reason) => ready && lose(reason),
    });
    ready = true;
    return this.started;
  }

  /** After work on the device has failed: whether the device is the reason. */
  async isLost(): Promise<boolean> {
    const fault = this.fault ?? (await deviceFault());
    if (fault !== null) this.lose(fault);
    return fault !== null;
  }

  private lose(reason: string): void {
    if (this.fault !== null) return;
    this.fault = reason;
    this.onLost(reason);
  }
}
