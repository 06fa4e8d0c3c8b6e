/**
 * Limits that a person may change while a session runs. A change puts a control with another number in the place of the
 * one that is there; what remembers (rates, breakers) stays as its session began.
 *
 * Stricter limits are kept over the night, looser ones end with their session: the next one starts from its deck.
 */
import type { Control, Gate } from '../gate/gate.ts';
import type { LimitSettings } from './settings.ts';

export const CHANGEABLE = [
  'minimumValue',
  'orderValue',
  'orderShare',
  'orderVolume',
  'workingOrders',
  'symbolOrders',
  'positionQuantity',
  'positionShare',
  'groupShare',
  'strategyExposure',
  'netExposure',
  'grossExposure',
  'contracts',
  'dayLoss',
  'strategyDayLoss',
  'drawdown',
] as const satisfies readonly (keyof LimitSettings)[];

export type ChangeableLimit = (typeof CHANGEABLE)[number];

interface Place {
  /** The control that is in force; undefined where the number alone is read. */
  control: Control | undefined;
  value: number;
  readonly make: (value: number) => Control | undefined;
}

export class ChangingLimits {
  private readonly places = new Map<ChangeableLimit, Place>();
  /** What was changed to something stricter than the deck says. */
  private readonly stricter = new Map<ChangeableLimit, number>();
  private readonly began: LimitSettings;

  constructor(began: LimitSettings) {
    this.began = began;
  }

  /** The control of a limit of the deck, in a list; an empty one where the deck has none. */
  made(key: ChangeableLimit, make: (value: number) => Control): readonly Control[] {
    const value = this.began[key];
    if (value === undefined) return [];
    const control = make(value);
    this.places.set(key, { control, value, make });
    return [control];
  }

  /** A limit whose number is read from where it is kept. */
  kept(key: ChangeableLimit, set: (value: number) => void): void {
    const value = this.began[key];
    if (value === undefined) return;
    const make = (changed: number): undefined => {
      set(changed);
      return undefined;
    };
    this.places.set(key, { control: undefined, value, make });
  }

  /** The number that is in force; undefined where the deck has no such limit. */
  valueOf(key: string): number | undefined {
    // Whatever is asked for: what is no key has no place.
    return this.places.get(key as ChangeableLimit)?.value;
  }

  /** Changes a limit that the deck has; others are left out. Returns what it was. */
  change(key: ChangeableLimit, value: number, gate: Gate): number | undefined {
    const place = this.places.get(key);
    if (place === undefined || !(value > 0) || value === Infinity) return undefined;
    const before = place.value;
    const control = place.make(value);
    if (place.control !== undefined && control !== undefined) gate.replace(place.control, control);
    place.control = control;
    place.value = value;
    // It had a value, or there would be no place.
    if (isLooser(key, value, this.began[key]!) || value === this.began[key]) this.stricter.delete(key);
    else this.stricter.set(key, value);
    return before;
  }

  save(): readonly (readonly [key: ChangeableLimit, value: number])[] {
    return [...this.stricter];
  }

  /** Takes over what the session before had made stricter, where it is still stricter than the deck. */
  restore(saved: ReturnType<ChangingLimits['save']>, gate: Gate): void {
    for (const [key, value] of saved) {
      const now = this.valueOf(key);
      if (now !== undefined && isLooser(key, now, value)) this.change(key, value, gate);
    }
  }
}

/** Whether a limit refuses less at `after` than at `before`. */
export function isLooser(key: ChangeableLimit, after: number, before: number): boolean {
  return key === 'minimumValue' ? after < before : after > before;
}
