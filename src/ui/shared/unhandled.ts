/** Shows the visitor errors that no code caught, once per message. */
import { errorMessage, withoutFullStop } from '../../core/error-message.ts';

/** Browsers report this as an error, although it means only that a layout took two frames. */
const HARMLESS = /^ResizeObserver loop/;

/** `say` gets one sentence per distinct message. The function returned stops the reports. */
export function reportUnhandled(target: EventTarget, say: (sentence: string) => void): () => void {
  const said = new Set<string>();
  const report = (message: string): void => {
    if (HARMLESS.test(message) || said.has(message)) return;
    said.add(message);
    say(
      `Something on this page failed: ${withoutFullStop(message)}. If a control no longer answers, reload the page; saved runs stay.`,
    );
  };
  const onError = (event: Event): void => {
    const { error, message } = event as ErrorEvent;
    // Without either, the event is no error of a script.
    if (error ?? message) report(error ? errorMessage(error) : message);
  };
  const onRejection = (event: Event): void => {
    const { reason } = event as PromiseRejectionEvent;
    // A request that was cancelled on purpose is no failure.
    if (reason instanceof Error && reason.name === 'AbortError') return;
    report(errorMessage(reason));
  };
  target.addEventListener('error', onError);
  target.addEventListener('unhandledrejection', onRejection);
  return () => {
    target.removeEventListener('error', onError);
    target.removeEventListener('unhandledrejection', onRejection);
  };
}
