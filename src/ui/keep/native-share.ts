/** The device's own share sheet. */
import { errorMessage } from '../../core/error-message.ts';

type Device = Partial<Pick<Navigator, 'share'>>;

export const hasShareSheet = (device: Device = navigator): boolean => typeof device.share === 'function';

/** Opens the share sheet for `url`. Resolves to null, or to one sentence if it could not be opened. */
export async function sendLink(url: string, device: Device = navigator): Promise<string | null> {
  try {
    await device.share!({ title: 'ARAT Playground: a result', url });
    return null;
  } catch (error) {
    // The visitor closed the sheet.
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return errorMessage(error);
  }
}
