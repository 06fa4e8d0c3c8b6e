/**
 * Expressions over names, such as `fast < slow and slow - fast >= 5`: a language so small that it can do no harm.
 *
 * It has numbers, words in quotes, names, arithmetic (`+ - * / %`), comparisons (`< <= > >= == !=`), `and`, `or`, `not`
 * and parentheses. There are no calls, no assignments and nothing to reach but the names that are handed in.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';

export type ExpressionValue = number | string | boolean;

/** Gives the value of a name. */
export type Scope = (name: string) => ExpressionValue | undefined;

export interface Expression {
  readonly text: string;
  /** The names that occur in it. */
  readonly names: readonly string[];
  /** Whether it holds; a name without a value makes it false. */
  holds(scope: Scope): boolean;
}

type Evaluate = (scope: Scope) => ExpressionValue | undefined;

/**
 * Reads a condition. A mistake is a `Fault` that shows where it is; so is a name that is not among `known`, and what is a
 * number or a word and so would never hold: by itself, or as one of the `numbers` among the names.
 */
export function parseExpression(
  text: string,
  known: readonly string[],
  field: string,
  numbers: readonly string[] = [],
): Expression {
  const parser = new Parser(text, known, field, numbers);
  const evaluate = parser.whole();
  return { text, names: [...parser.names], holds: (scope) => evaluate(scope) === true };
}

interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|'([^']*)'|"([^"]*)"|(<=|>=|==|!=|&&|\|\||[<>=!+\-*/%()]))/iy;

/** From loosest to tightest; operators of one line are read from left to right. */
const LEVELS: readonly (readonly string[])[] = [
  ['or', '||'],
  ['and', '&&'],
];
const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '=', '!='];
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

class Parser {
  readonly names = new Set<string>();
  private readonly text: string;
  private readonly known: readonly string[];
  private readonly field: string;
  private readonly tokens: Token[];
  private readonly numbers: readonly string[];
  /** Parts that are numbers or words, and never true. */
  private readonly values = new WeakSet<Evaluate>();
  private next = 0;

  constructor(text: string, known: readonly string[], field: string, numbers: readonly string[]) {
    this.numbers = numbers;
    this.text = text;
    this.known = known;
    this.field = field;
    this.tokens = this.split();
  }

  whole(): Evaluate {
    if (this.tokens.length === 0) throw this.fault('an expression must say something', 0);
    const evaluate = this.logic(0);
    const rest = this.tokens[this.next];
    if (rest !== undefined) throw this.fault(`did not expect ${show(rest.text)}`, rest.at);
    if (this.values.has(evaluate)) {
      throw this.fault('is no condition', 0, 'a condition compares, as in fast < slow or trades >= 30');
    }
    return evaluate;
  }

  private split(): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    while (this.text.slice(at).trim() !== '') {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.text);
      if (match === null) {
        const bad = at + (/^\s*/.exec(this.text.slice(at))?.[0].length ?? 0);
        throw this.fault(`did not expect ${show(this.text[bad])}`, bad);
      }
      const text = match[0].trim();
      tokens.push({ text, at: TOKEN.lastIndex - text.length });
      at = TOKEN.lastIndex;
    }
    return tokens;
  }

  private logic(level: number): Evaluate {
    const operators = LEVELS[level];
    if (operators === undefined) return this.negation();
    let left = this.logic(level + 1);
    while (this.takes(operators) !== undefined) {
      const [a, b] = [left, this.logic(level + 1)];
      left =
        level === 0
          ? (scope) => a(scope) === true || b(scope) === true
          : (scope) => a(scope) === true && b(scope) === true;
    }
    return left;
  }

  private negation(): Evaluate {
    if (this.takes(['not', '!']) === undefined) return this.comparison();
    const inner = this.negation();
    return (scope) => inner(scope) !== true;
  }

  private comparison(): Evaluate {
    let left = this.sum();
    let all: Evaluate | undefined;
    // `1 < a < b` means both: a chain is as many comparisons as it has signs.
    for (let sign = this.takes(COMPARISONS); sign !== undefined; sign = this.takes(COMPARISONS)) {
      const right = this.sum();
      const one = compare(sign.text, left, right);
      const before = all;
      all = before === undefined ? one : (scope) => before(scope) === true && one(scope) === true;
      left = right;
    }
    return all ?? left;
  }

  private sum(): Evaluate {
    let left = this.product();
    for (let sign = this.takes(['+', '-']); sign !== undefined; sign = this.takes(['+', '-'])) {
      const [a, b] = [left, this.product()];
      left = this.value(sign.text === '+' ? calculate(a, b, (x, y) => x + y) : calculate(a, b, (x, y) => x - y));
    }
    return left;
  }

  private product(): Evaluate {
    let left = this.unary();
    for (let sign = this.takes(['*', '/', '%']); sign !== undefined; sign = this.takes(['*', '/', '%'])) {
      const [a, b] = [left, this.unary()];
      if (sign.text === '*') left = calculate(a, b, (x, y) => x * y);
      else left = sign.text === '/' ? calculate(a, b, (x, y) => x / y) : calculate(a, b, (x, y) => x % y);
      this.value(left);
    }
    return left;
  }

  private unary(): Evaluate {
    if (this.takes(['-']) === undefined) return this.primary();
    const inner = this.unary();
    return this.value((scope) => {
      const value = inner(scope);
      return typeof value === 'number' ? -value : undefined;
    });
  }

  private primary(): Evaluate {
    const token = this.tokens[this.next++];
    if (token === undefined) throw this.fault('ends too early', this.text.length);
    const { text, at } = token;
    if (text === '(') {
      const inner = this.logic(0);
      if (this.takes([')']) === undefined) throw this.fault('a parenthesis is not closed', at);
      return inner;
    }
    if (/^[\d.]/.test(text)) return this.value(constant(Number(text)));
    if (/^['"]/.test(text)) return this.value(constant(text.slice(1, -1)));
    if (text === 'true' || text === 'false') return constant(text === 'true');
    if (!/^[A-Za-z_]/.test(text) || WORDS.has(text)) throw this.fault(`did not expect ${show(text)}`, at);
    if (!this.known.includes(text)) {
      const rule = `there is no ${show(text)}; there are ${this.known.slice(0, 12).join(', ')}`;
      throw this.fault(rule, at, didYouMean(text, this.known) ?? `a word, and not a name, goes in quotes: '${text}'`);
    }
    this.names.add(text);
    const named: Evaluate = (scope) => scope(text);
    return this.numbers.includes(text) ? this.value(named) : named;
  }

  private value(evaluate: Evaluate): Evaluate {
    this.values.add(evaluate);
    return evaluate;
  }

  private takes(texts: readonly string[]): Token | undefined {
    const token = this.tokens[this.next];
    if (token === undefined || !texts.includes(token.text)) return undefined;
    this.next++;
    return token;
  }

  private fault(rule: string, at: number, hint?: string): Fault {
    return new Fault(
      'expression.syntax',
      `${show(this.text)}: ${rule} at character ${at + 1}`,
      { field: this.field },
      hint,
    );
  }
}

function constant(value: ExpressionValue): Evaluate {
  return () => value;
}

function calculate(a: Evaluate, b: Evaluate, operate: (x: number, y: number) => number): Evaluate {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    return typeof x === 'number' && typeof y === 'number' ? operate(x, y) : undefined;
  };
}

function compare(sign: string, a: Evaluate, b: Evaluate): Evaluate {
  const decide: (x: ExpressionValue, y: ExpressionValue) => boolean =
    sign === '<'
      ? (x, y) => x < y
      : sign === '<='
        ? (x, y) => x <= y
        : sign === '>'
          ? (x, y) => x > y
          : sign === '>='
            ? (x, y) => x >= y
            : sign === '!='
              ? (x, y) => x !== y
              : (x, y) => x === y;
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    return x !== undefined && y !== undefined && typeof x === typeof y && decide(x, y);
  };
}
