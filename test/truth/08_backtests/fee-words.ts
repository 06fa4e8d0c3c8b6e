/** What a case says of costs, as a fee: a formula of quantity and price, or plain words. */
import type { FeeModel } from '../../../src/engine/sim/models.ts';
import { noFees } from '../../../src/engine/sim/fees.ts';

type Fee = (quantity: number, price: number) => number;

/** Returns the fee that a sentence, a formula or a rate states; `undefined` for what cannot be read. */
export function feeOfWords(words: unknown): FeeModel | undefined {
  if (words === undefined || words === null || words === 0) return noFees;
  if (typeof words === 'number') return modelOf((quantity, price) => words * quantity * price);
  const text = String(words)
    .replace(/^\s*(commissions?|fees?|costs?)\s*(of|:|=|are|is)?\s*/i, '')
    .replace(/[.\s]+$/, '');
  if (/^(no|none|without)\b/i.test(text) || text === '') return noFees;
  const fee = feeInWords(text) ?? feeOfFormula(text);
  return fee === undefined ? undefined : modelOf(fee);
}

function modelOf(fee: Fee): FeeModel {
  return { name: 'stated', sentence: '', fee: ({ quantity, price }) => fee(quantity, price) };
}

/** `0.1% of traded value`, `5 bps`, `0.005 per share, minimum 1`. */
function feeInWords(text: string): Fee | undefined {
  const share = /^([\d.]+)\s*(%|bps)(?:\s+of\b.*)?$/.exec(text);
  if (share !== null) {
    const rate = Number(share[1]) / (share[2] === '%' ? 100 : 10_000);
    return (quantity, price) => rate * quantity * price;
  }
  const each = /^([\d.]+) per (?:share|unit|contract)(?:,? (?:minimum|min|at least) ([\d.]+))?$/.exec(text);
  if (each === null) return undefined;
  const least = Number(each[2] ?? 0);
  return (quantity) => Math.max(least, Number(each[1]) * quantity);
}

/** `max(1, abs(q)*0.01)`, `0.001*abs(q)*p`, `lambda q, p: 5`: read by descent, quantities without their sign. */
function feeOfFormula(text: string): Fee | undefined {
  const tokens = text.replace(/^(lambda[^:]*:|fee\(q, ?p\) ?=)/, '').match(/[\d.]+(?:e-?\d+)?|[a-z]+|[-+*/(),]|\S/gi);
  if (tokens === null) return undefined;
  let at = 0;
  const take = (token: string): boolean => tokens[at] === token && at++ >= 0;
  const sum = (): Fee => chain(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const product = (): Fee => chain(factor, { '*': (a, b) => a * b, '/': (a, b) => a / b });
  const chain = (part: () => Fee, joins: Readonly<Record<string, (a: number, b: number) => number>>): Fee => {
    let left = part();
    for (let join = joins[tokens[at] ?? '']; join !== undefined; join = joins[tokens[at] ?? '']) {
      at++;
      const [a, b, both] = [left, part(), join];
      left = (q, p) => both(a(q, p), b(q, p));
    }
    return left;
  };
  const factor = (): Fee => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inner = sum();
      if (!take(')')) throw new SyntaxError('a bracket is open');
      return inner;
    }
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (/^(q|qty|quantity|size|shares|units)$/i.test(token)) return (q) => q;
    if (/^(p|px|price)$/i.test(token)) return (_, p) => p;
    if (/^(abs|min|max)$/.test(token) && take('(')) {
      const parts = [sum()];
      while (take(',')) parts.push(sum());
      if (!take(')')) throw new SyntaxError('a bracket is open');
      const join: (...values: number[]) => number = Math[token as 'abs' | 'min' | 'max'];
      return (q, p) => join(...parts.map((part) => part(q, p)));
    }
    throw new SyntaxError(`not a fee: ${token}`);
  };
  try {
    const fee = sum();
    return at === tokens.length ? fee : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
