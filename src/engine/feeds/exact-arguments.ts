/**
 * What an indicator is asked for beside its own parameters: exact sums, where the tape's prices allow them.
 */
import type { AnyIndicator, IndicatorArguments } from '../../indicators/define.ts';

/** Ten-thousandths: prices in cents are whole numbers of them, and so are those of currencies to four digits. */
const SCALE = 10_000;

/** Asks for exact sums, which an indicator keeps as long as prices are whole numbers of the scale. */
export function exactArguments(indicator: AnyIndicator, args: IndicatorArguments): IndicatorArguments {
  const last = args.at(-1);
  const isNamed = typeof last === 'object' && 'scale' in last;
  if (isNamed || !indicator.options.some((option) => option.name === 'scale')) return args;
  return withScale({ indicator, args }, SCALE);
}

/** Arguments with the scale of the inputs among the options. */
export function withScale(
  { indicator, args }: { readonly indicator: AnyIndicator; readonly args: IndicatorArguments },
  scale: number,
): IndicatorArguments {
  const last = args.at(-1);
  const named = typeof last === 'object' ? last : {};
  const numbers: (number | object | undefined)[] = [...(typeof last === 'object' ? args.slice(0, -1) : args)];
  while (numbers.length < indicator.parameters.length) numbers.push(undefined);
  return [...numbers, { ...named, scale }];
}

/** The scale among the options, or null. */
export function scaleIn(args: IndicatorArguments): number | null {
  const last = args.at(-1);
  return typeof last === 'object' && 'scale' in last && typeof last.scale === 'number' ? last.scale : null;
}

/** Names an indicator with its arguments. */
export function label(name: string, args: IndicatorArguments): string {
  const shown = args.map((arg) => (typeof arg === 'object' ? JSON.stringify(arg) : String(arg)));
  return shown.length === 0 ? name : `${name}(${shown.join(', ')})`;
}
