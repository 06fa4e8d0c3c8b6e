/**
 * Controls whose answer may be another when an order leaves: those that look at the clock, the quote, or at what is stopped.
 */
import type { Control } from '../gate/gate.ts';

/** The control, which is asked the same once more right before an order leaves. Its check must change nothing. */
export function askedAgain(control: Control): Control {
  return { ...control, again: (intent, view) => control.check(intent, view) };
}
