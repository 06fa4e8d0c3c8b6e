/** The trade table: found, filtered, sorted, fifty rows at a time. */
import { byId, decimal, element, moment, owned, percent, plain, priced, signed } from './values.js';
import { showTrade, tradeEntries, tradeExits, trades } from './price.js';

const PAGE = 50;

const SORTED = {
  entryAt: (row) => tradeEntries[row],
  exitAt: (row) => tradeExits[row],
  symbol: (row) => symbolOf(row),
  reason: (row) => reasonOf(row),
};

const KINDS = {
  all: () => true,
  won: (row) => trades.profit[row] > 0,
  lost: (row) => trades.profit[row] < 0,
  long: (row) => trades.quantity[row] > 0,
  short: (row) => trades.quantity[row] < 0,
};

function symbolOf(row) {
  return owned(trades.symbols[trades.symbol[row]], trades.strategy, row);
}

function reasonOf(row) {
  const [entry, exit] = [trades.reasons[trades.entryReason[row]], trades.reasons[trades.exitReason[row]]];
  return [entry, exit].filter(Boolean).join(' → ');
}

/** The rows that pass the filter, in the order asked for; unknown values come last. */
function selectTrades(find, kind, sort, descending) {
  const words = find.toLowerCase();
  const value = SORTED[sort] ?? ((row) => trades[sort][row]);
  const rows = tradeEntries
    .map((_, row) => row)
    .filter(
      (row) => KINDS[kind](row) && (words === '' || `${symbolOf(row)} ${reasonOf(row)}`.toLowerCase().includes(words)),
    );
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return (one === null) - (other === null);
    return one < other ? -sign : one > other ? sign : a - b;
  });
}

function rowOf(row) {
  const made = element('tr');
  const cells = [
    moment(tradeEntries[row]),
    moment(tradeExits[row]),
    symbolOf(row),
    plain(trades.quantity[row]),
    priced(trades.entryPrice[row]),
    priced(trades.exitPrice[row]),
    signed(decimal(trades.profit[row])),
    signed(percent(trades.return[row], 2)),
    percent(trades.worst[row]),
    percent(trades.best[row]),
    decimal(trades.bars[row], 0),
    decimal(trades.fees[row]),
    reasonOf(row),
  ];
  const tone = trades.profit[row] > 0 ? 'gain' : trades.profit[row] < 0 ? 'loss' : '';
  cells.forEach((text, i) =>
    made.append(element('td', text, i === 2 ? '' : i === 12 ? 'reason' : i === 6 || i === 7 ? `n ${tone}` : 'n')),
  );
  made.tabIndex = 0;
  made.dataset.trade = row;
  return made;
}

export function startTrades() {
  const table = byId('trade-table');
  if (table === null) return;
  let [sort, descending, page] = ['entryAt', false, 0];
  const draw = () => {
    const rows = selectTrades(byId('trade-find').value, byId('trade-kind').value, sort, descending);
    const last = Math.max(0, Math.ceil(rows.length / PAGE) - 1);
    page = Math.max(0, Math.min(page, last));
    const from = page * PAGE;
    const shown = rows.slice(from, from + PAGE);
    table.tBodies[0].replaceChildren(...shown.map(rowOf));
    byId('trade-count').textContent =
      rows.length === 0 ? 'none' : `${from + 1}–${from + shown.length} of ${decimal(rows.length, 0)}`;
    byId('trade-back').disabled = page === 0;
    byId('trade-next').disabled = page === last;
  };
  const again = () => {
    page = 0;
    draw();
  };
  byId('trade-find').addEventListener('input', again);
  byId('trade-kind').addEventListener('change', again);
  byId('trade-back').addEventListener('click', () => draw(page--));
  byId('trade-next').addEventListener('click', () => draw(page++));
  table.tHead.addEventListener('click', ({ target }) => {
    const name = target.dataset.sort;
    if (name === undefined) return;
    descending = name === sort ? !descending : !['entryAt', 'exitAt', 'symbol', 'reason', 'worst'].includes(name);
    sort = name;
    for (const head of table.tHead.querySelectorAll('th')) head.removeAttribute('aria-sort');
    target.parentElement.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    again();
  });
  const open = ({ target }) => {
    const row = target.closest('tr')?.dataset.trade;
    if (row !== undefined) showTrade(Number(row));
  };
  table.tBodies[0].addEventListener('click', open);
  table.tBodies[0].addEventListener('keydown', (event) => {
    if (event.key === 'Enter') open(event);
  });
  draw();
}
