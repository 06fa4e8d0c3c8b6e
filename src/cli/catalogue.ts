/**
 * `tradedeck strategies` and `tradedeck indicators`: what there is, what it takes, what it is for.
 */
import { describeParameter } from '../engine/strategy/parameters.ts';
import type { AnyIndicator } from '../indicators/define.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled } from './terminal.ts';

/** Lists the shipped strategies, or describes one by name, or one in a file. */
export async function strategies(name: string | undefined, { json }: { json?: boolean }): Promise<ExitCode> {
  const { strategyNames, shippedStrategy } = await import('../strategies/index.ts');
  if (name === undefined) {
    const all = await Promise.all(strategyNames.map((each) => shippedStrategy(each)));
    if (json === true) print(JSON.stringify(all.map(plainStrategy), undefined, 2));
    else for (const { name: each, description } of all) print(`${styled('bold', each.padEnd(20))}${description ?? ''}`);
    return EXIT.ok;
  }
  const { loadStrategy } = await import('../desk/run/strategy-file.ts');
  const chosen = /\.[cm]?[jt]s$/.test(name) ? { file: name } : { name };
  const { definition } = await loadStrategy(chosen, '.');
  if (json === true) {
    print(JSON.stringify(plainStrategy(definition), undefined, 2));
    return EXIT.ok;
  }
  print(`${styled('bold', definition.name)}  ${definition.description ?? ''}`);
  const rows = Object.entries(definition.parameters ?? {});
  if (rows.length === 0) print('  takes no parameters');
  const width = Math.max(0, ...rows.map(([each]) => each.length));
  const defaults = Math.max(0, ...rows.map(([, spec]) => String(spec.default).length));
  for (const [each, spec] of rows) {
    print(
      `  ${each.padEnd(width)}  ${String(spec.default).padEnd(defaults)}  ${styled('dim', describeParameter(spec))}  ${spec.description}`,
    );
  }
  return EXIT.ok;
}

/** Lists all indicators, or describes one by its name or an alias. */
export async function indicators(name: string | undefined, { json }: { json?: boolean }): Promise<ExitCode> {
  const { allIndicators, indicatorByName } = await import('../indicators/registry.ts');
  const chosen = name === undefined ? allIndicators() : [indicatorByName(name)];
  if (json === true) {
    print(JSON.stringify(chosen.map(plainIndicator), undefined, 2));
    return EXIT.ok;
  }
  if (name !== undefined) {
    for (const line of described(chosen[0])) print(line);
    return EXIT.ok;
  }
  const width = Math.max(...chosen.map((each) => each.name.length)) + 2;
  for (const each of chosen)
    print(`${styled('bold', each.name.padEnd(width))}${each.title}  ${styled('dim', each.family)}`);
  print();
  print(styled('dim', `${chosen.length} indicators; tradedeck indicators <name> tells more`));
  return EXIT.ok;
}

function described(indicator: AnyIndicator): string[] {
  const { name, title, aliases, inputs, outputs, parameters, options } = indicator;
  return [
    `${styled('bold', name)}${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}  ${title}`,
    `  from ${inputs.join(', ')}${outputs.length > 1 ? `  gives ${outputs.join(', ')}` : ''}`,
    ...parameters.map(
      (each) => `  ${each.name}  ${each.default}  ${styled('dim', rangeOf(each.min, each.max))}  ${each.description}`,
    ),
    ...options.map(
      (each) =>
        `  { ${each.name} }  ${styled('dim', typeof each.values === 'string' ? each.values : each.values.join(' | '))}  ${each.description}`,
    ),
    `  use(${[name, ...parameters.map((each) => each.default)].join(', ')})`,
  ];
}

function rangeOf(min: number, max: number): string {
  return max >= 100_000 ? `at least ${min}` : `${min} … ${max}`;
}

function plainStrategy({
  name,
  description,
  parameters,
}: {
  name: string;
  description?: string;
  parameters?: unknown;
}): unknown {
  return { name, description, parameters };
}

function plainIndicator({ name, title, family, aliases, inputs, outputs, parameters, options }: AnyIndicator): unknown {
  return { name, title, family, aliases, inputs, outputs, parameters, options };
}
