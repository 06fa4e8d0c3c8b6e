/** The line charts, which share one period: zooming one zooms all. */
import { byId, compact, data, decimal, element, moment, percent, seconds, unpack } from './values.js';
import { colour, onTheme } from './theme.js';

const charts = [];
let zooming = false;
let whole;

/** Zooms every chart to a period in seconds. */
export function showPeriod(min, max) {
  if (zooming) return;
  zooming = true;
  for (const { plot } of charts) plot.setScale('x', { min, max });
  zooming = false;
}

export function showWhole() {
  showPeriod(whole[0], whole[1]);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Years, months, days or minutes under the axis, whichever the steps are; the larger unit below where it changes. */
function timeLabels(_, ticks, __, ___, step) {
  let last = '';
  return ticks.map((tick) => {
    const at = new Date(tick * 1e3);
    const year = String(at.getUTCFullYear());
    const month = MONTHS[at.getUTCMonth()];
    const day = `${at.getUTCDate()} ${month}`;
    if (step >= 31_536_000) return year;
    const [small, large] =
      step >= 2_419_200
        ? [month, year]
        : step >= 86_400
          ? [day, year]
          : [at.toISOString().slice(11, 16), `${day} ${year}`];
    const isNew = large !== last;
    last = large;
    return isNew ? `${small}\n${large}` : small;
  });
}

/** The chart of that place, or undefined. */
export function chartOf(id) {
  return charts.find((chart) => chart.id === id)?.plot;
}

const FONT = '11px ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

function axis(format, size) {
  return {
    stroke: () => colour('muted'),
    font: FONT,
    size,
    gap: 4,
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
    values: format && ((_, values) => values.map((value) => (value === null ? '' : format(value)))),
  };
}

/**
 * Makes a chart in the figure `id`. `series` are `{label, values, colour, fill?, width?, dash?, paths?, scale?}`, and
 * `format` writes a value; `more` are options of uPlot. The readout says the values under the pointer.
 */
export function makeChart(id, times, series, { format, height = 220, axisSize = 54, more = {}, readout, hooks = {} }) {
  const figure = byId(id);
  if (figure === null || times.length === 0) return undefined;
  const place = figure.querySelector('.plot');
  const output = figure.querySelector('.readout');
  whole ??= [times[0], times.at(-1)];
  whole = [Math.min(whole[0], times[0]), Math.max(whole[1], times.at(-1))];
  const say = readout ?? ((row) => legend(series, row, format, times));
  const options = {
    width: place.clientWidth || 600,
    height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1e3), 'Etc/UTC'),
    legend: { show: false },
    padding: [8, 14, 0, 0],
    cursor: {
      drag: { x: true, y: false, uni: 20 },
      sync: { key: 'report', scales: ['x', null] },
      points: { size: (_, index) => (series[index - 1].label === '' && series.length > 1 ? 0 : 6) },
    },
    scales: { x: { time: true }, y: {} },
    series: [
      {},
      ...series.map((each) => ({
        label: each.label,
        stroke: () => colour(each.colour),
        width: each.width ?? 1.4,
        dash: each.dash,
        fill: each.fill && (() => colour(each.fill)),
        paths: each.paths,
        points: { show: false },
        spanGaps: true,
      })),
    ],
    axes: [{ ...axis(undefined, 36), values: timeLabels, space: 64 }, axis(format, axisSize)],
    hooks: {
      ...hooks,
      setCursor: [
        (plot) => {
          const row = plot.cursor.idx;
          output.replaceChildren(...(row === null || row === undefined ? rest(series) : say(row, plot)));
        },
      ],
      setScale: [
        (plot, scale) => {
          if (scale === 'x' && !zooming && plot.scales.x.min !== null) showPeriod(plot.scales.x.min, plot.scales.x.max);
        },
      ],
    },
    ...more,
  };
  place.replaceChildren();
  const plot = new uPlot(options, [times, ...series.map((each) => each.values)], place);
  const before = charts.findIndex((chart) => chart.id === id);
  if (before >= 0) {
    charts[before].plot.destroy();
    charts[before] = { id, plot };
  } else {
    charts.push({ id, plot });
    new ResizeObserver(() => {
      const { clientWidth } = place;
      const now = chartOf(id);
      if (clientWidth > 0 && clientWidth !== now.width) now.setSize({ width: clientWidth, height: now.height });
    }).observe(place);
    // uPlot resets to its own data on a double click; all charts go back to the whole period together.
    place.addEventListener('dblclick', () => setTimeout(showWhole));
    place.addEventListener('keydown', (event) => keys(event, id));
  }
  output.replaceChildren(...rest(series));
  return plot;
}

/** Arrow keys walk through the values, plus and minus zoom, Home shows everything. */
function keys(event, id) {
  const plot = chartOf(id);
  const times = plot.data[0];
  const { min, max } = plot.scales.x;
  if (event.key === 'Home' || event.key === 'Escape') showWhole();
  else if (event.key === '+' || event.key === '-') {
    const change = (max - min) * (event.key === '+' ? 0.25 : -0.5);
    showPeriod(Math.max(whole[0], min + change), Math.min(whole[1], max - change));
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const now = plot.cursor.idx ?? plot.valToIdx((min + max) / 2);
    const row = Math.max(0, Math.min(times.length - 1, now + (event.key === 'ArrowLeft' ? -1 : 1)));
    plot.setCursor({ left: plot.valToPos(times[row], 'x'), top: 10 });
  } else return;
  event.preventDefault();
}

/** Names of the lines, shown while nothing is pointed at. */
function rest(series) {
  return series.length < 2 ? [] : series.filter((each) => each.label).map((each) => keyed(each, each.label));
}

function keyed(each, text) {
  const item = element('span', text, 'item');
  item.style.setProperty('--key', `var(--${each.colour})`);
  if (each.dash) item.classList.add('dashed');
  return item;
}

function legend(series, row, format, times) {
  const shown = series.filter((each) => each.label);
  return [
    element('time', moment(times[row] * 1e6)),
    ...shown.map((each) => keyed(each, `${each.label} ${format(each.values[row])}`)),
  ];
}

export function makeCurves() {
  const { curves, benchmarkName, currency } = data;
  const times = seconds(unpack(curves.time));
  const against = benchmarkName !== null && curves.benchmark !== undefined;
  const money = (value) =>
    value === null ? '–' : Math.abs(value) >= 1e6 ? decimal(value, 0) : decimal(value, Math.abs(value) < 1000 ? 2 : 0);
  const equity = [
    ...(against ? [{ label: benchmarkName, values: curves.benchmark, colour: 'bench', width: 1.2 }] : []),
    { label: 'Account', values: curves.equity, colour: 'run', width: 1.7 },
  ];
  const draw = (log) => {
    const positive = (values) => (log ? values.map((value) => (value > 0 ? value : null)) : values);
    const series = equity.map((each) => ({ ...each, values: positive(each.values) }));
    makeChart('equity', times, series, {
      format: (value) => (value === null ? '–' : compact(value)),
      height: 330,
      readout: (row) => [
        element('time', moment(times[row] * 1e6)),
        ...equity.toReversed().map((each) => keyed(each, `${each.label} ${money(each.values[row])} ${currency}`)),
      ],
      more: { scales: { x: { time: true }, y: log ? { distr: 3, log: 10 } : {} } },
    });
  };
  draw(false);
  byId('log')?.addEventListener('click', ({ currentTarget }) => {
    const log = currentTarget.getAttribute('aria-pressed') !== 'true';
    currentTarget.setAttribute('aria-pressed', String(log));
    const { min, max } = chartOf('equity').scales.x;
    draw(log);
    showPeriod(min, max);
  });
  byId('reset')?.addEventListener('click', showWhole);
  makeChart(
    'drawdown',
    times,
    [
      ...(against ? [{ label: benchmarkName, values: curves.benchmarkDrawdown, colour: 'bench', width: 1 }] : []),
      { label: 'Account', values: curves.drawdown, colour: 'loss', fill: 'loss-fill', width: 1.2 },
    ],
    { format: (value) => percent(value, 0), height: 150, readout: undefined },
  );
}

export function makeRolling() {
  const { rolling, benchmarkName, exposure } = data;
  if (rolling !== null) {
    const times = seconds(unpack(rolling.time));
    const pair = (own, held) => [
      ...(held ? [{ label: benchmarkName, values: held, colour: 'bench', width: 1 }] : []),
      { label: 'Run', values: own, colour: 'run', width: 1.4 },
    ];
    makeChart('rolling-sharpe', times, pair(rolling.sharpe, rolling.benchmarkSharpe), {
      format: (value) => decimal(value, 1),
      height: 190,
      axisSize: 40,
    });
    makeChart('rolling-volatility', times, pair(rolling.volatility, rolling.benchmarkVolatility), {
      format: (value) => percent(value, 0),
      height: 190,
      axisSize: 44,
    });
  }
  if (exposure === null) return;
  const times = seconds(unpack(exposure.time));
  const isLongOnly = exposure.gross.every((value, row) => value === exposure.net[row]);
  const stepped = uPlot.paths.stepped({ align: -1 });
  makeChart(
    'exposure',
    times,
    [
      {
        label: isLongOnly ? '' : 'Gross',
        values: exposure.gross,
        colour: 'run',
        fill: 'run-area',
        width: 0.5,
        paths: stepped,
      },
      ...(isLongOnly ? [] : [{ label: 'Net', values: exposure.net, colour: 'loss', width: 1.2, paths: stepped }]),
    ],
    {
      format: (value) => percent(value, 0),
      height: 190,
      axisSize: 48,
      readout: isLongOnly
        ? (row) => [element('time', moment(times[row] * 1e6)), element('span', percent(exposure.gross[row], 0))]
        : undefined,
    },
  );
  const months = exposure.turnover;
  const most = months.reduce((high, { value }) => Math.max(high, value), 0);
  makeChart(
    'turnover',
    months.map((month) => month.at / 1e6),
    [
      {
        label: '',
        values: months.map((month) => month.value),
        colour: 'run',
        fill: 'run',
        width: 0,
        paths: uPlot.paths.bars({ size: [0.8, 14, 1], align: 1 }),
      },
    ],
    {
      format: (value) => percent(value, most < 0.02 ? 2 : 0),
      height: 190,
      axisSize: 48,
      readout: (row) => [
        element('time', new Date(months[row].at / 1000).toISOString().slice(0, 7)),
        element('span', percent(months[row].value, 1)),
      ],
    },
  );
}

export function redrawOnTheme() {
  onTheme(() => {
    for (const { plot } of charts) plot.redraw(false, true);
  });
}
