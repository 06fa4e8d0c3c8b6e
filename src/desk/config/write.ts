/**
 * Writes plain data as YAML, in the block style in which people write decks.
 *
 * Reading YAML needs a library; writing nested keys, lists and scalars needs these lines, and no time at start.
 */

/** Returns plain data (objects, arrays, text, numbers, booleans, null) as YAML; keys that are undefined are left out. */
export function toYaml(data: Readonly<Record<string, unknown>>): string {
  return `${lines(data, '').join('\n')}\n`;
}

function lines(data: object, indent: string): string[] {
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => field(`${indent}${scalar(key)}:`, value, indent));
}

function field(head: string, value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object')) return [`${head} [${value.map(scalar).join(', ')}]`];
    return [head, ...value.flatMap((item: unknown) => listItem(item, `${indent}  `))];
  }
  if (typeof value !== 'object' || value === null) return [`${head} ${scalar(value)}`];
  const inner = lines(value, `${indent}  `);
  return inner.length === 0 ? [`${head} {}`] : [head, ...inner];
}

function listItem(item: unknown, indent: string): string[] {
  if (typeof item !== 'object' || item === null) return [`${indent}- ${scalar(item)}`];
  const [first = '{}', ...rest] = lines(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** Text that could be read as something else is quoted; JSON's quotes are YAML's too. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z./][\w./ -]*$/.test(value) && !value.endsWith(' ');
  const isWord = /^(true|false|null|yes|no|on|off|nan|inf|y|n|~)$/i.test(value);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value);
  return (isPlain && !isWord) || isDate ? value : JSON.stringify(value);
}
