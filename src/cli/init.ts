/**
 * `tradedeck init`: a folder to begin in, with a strategy, a deck, prices, and what an editor needs to help.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import { deckJsonSchema } from '../desk/config/schema.ts';
import { loadTape } from '../desk/wiring/tapes.ts';
import { ownVersion, PACKAGE_FOLDER } from '../desk/run/package.ts';
import { formatDate } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled } from './terminal.ts';

const STRATEGY = `/**
 * Buys when the price closes above its average, sells when it closes below: change it to what you believe in.
 */
import { defineStrategy, whole } from 'tradedeck';
import { sma } from 'tradedeck/indicators';

export default defineStrategy({
  name: 'my-strategy',
  description: 'Invested while the price is above its average.',
  parameters: { period: whole(50, { min: 2, max: 400, description: 'bars of the average' }) },
  setup({ parameters, use, bars, targetPercent }) {
    const average = use(sma, parameters.period);
    return {
      onBar() {
        if (bars.close.crossedAbove(average)) targetPercent(1, 'closed above the average');
        else if (bars.close.crossedBelow(average)) targetPercent(0, 'closed below the average');
      },
    };
  },
});
`;

const DECK = `# yaml-language-server: $schema=./.tradedeck/deck.schema.json
# Play it: tradedeck backtest deck.yaml
strategy:
  file: my-strategy.ts
  parameters:
    period: 50

tape:
  source: files
  files: data/spx.csv # S&P 500, daily, 2000 to 2020; put your own files here
  start: 2000-01-03

instruments:
  SPX: { kind: index, tick: 0.01 }

conventions:
  name: honest # next open, adverse path, typical fees, slippage

account:
  cash: 100000

# What the gate refuses at a broker, where this strategy would be too bold: tradedeck limits deck.yaml
# limits: { orderShare: 1, positionShare: 1, groupShare: 1 }
`;

/** Makes the folder; one that holds anything else is left alone. */
export async function init(name: string): Promise<ExitCode> {
  const folder = resolve(name);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Fault('init.not-empty', 'the folder is not empty, and nothing is overwritten', { file: name });
  }
  const files: Record<string, string> = {
    'my-strategy.ts': STRATEGY,
    'deck.yaml': DECK,
    'package.json': manifest(basename(folder), folder),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'esnext',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        erasableSyntaxOnly: true,
      },
      include: ['*.ts'],
    }),
    '.gitignore': 'node_modules\nruns\n',
    '.tradedeck/deck.schema.json': deckJsonSchema(),
    'data/spx.csv': await samplePrices(),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  print(`${styled('bold', name)} is ready:`);
  print('  my-strategy.ts   what decides');
  print('  deck.yaml        what it is played on, and how');
  print('  data/spx.csv     prices to begin with');
  print();
  const shown = relative('.', folder);
  print(`Play it:                    npx tradedeck backtest ${join(shown, 'deck.yaml')}`);
  print(styled('dim', `For types in your editor:   npm install --prefix ${shown === '' ? '.' : shown}`));
  return EXIT.ok;
}

/** An installed Tradedeck is named by its version, one in a repository by its folder. */
function manifest(name: string, folder: string): string {
  const isInstalled = PACKAGE_FOLDER.includes('node_modules');
  const tradedeck = isInstalled ? `^${ownVersion()}` : `file:${relative(folder, PACKAGE_FOLDER)}`;
  return json({
    name: name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-'),
    private: true,
    type: 'module',
    scripts: { backtest: 'tradedeck backtest deck.yaml' },
    dependencies: { tradedeck },
  });
}

async function samplePrices(): Promise<string> {
  const tape = await loadTape({ source: 'sp500' }, undefined, '.', 1);
  const stream = 'slice' in tape ? tape.slice.streams[0] : undefined;
  if (stream?.kind !== 'bars') throw new Fault('data.shape', 'the prices that come with Tradedeck are no bars');
  const { time, open, high, low, close, volume } = stream.columns;
  const rows = Array.from(time, (at, i) => [formatDate(at), open[i], high[i], low[i], close[i], volume[i]].join(','));
  return `date,open,high,low,close,volume\n${rows.join('\n')}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
