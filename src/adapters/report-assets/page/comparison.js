/** The charts of a comparison: curves of all runs over each other, and below them their drawdowns. */
import { byId, compact, data, percent, seconds, unpack } from './values.js';
import { chartOf, makeChart, redrawOnTheme, showPeriod, showWhole } from './charts.js';
import { startTheme } from './theme.js';

const COLOURS = ['run', 'loss', 'line-2', 'line-1', 'line-3', 'line-4', 'bench'];

/** A line for each run; colours that come round again are dashed. */
function lines(values) {
  return data.runs.map((run, place) => ({
    label: run.label,
    values: values(run),
    colour: COLOURS[place % COLOURS.length],
    width: 1.5,
    ...(place < COLOURS.length ? {} : { dash: [5, 3] }),
  }));
}

function makeComparison() {
  if (data.runs.length === 0) return;
  const times = seconds(unpack(data.time));
  const draw = (log) =>
    makeChart(
      'equity',
      times,
      lines(({ growth }) => (log ? growth.map((value) => (value > 0 ? value : null)) : growth)),
      {
        format: (value) => (value === null ? '–' : compact(value)),
        height: 360,
        more: { scales: { x: { time: true }, y: log ? { distr: 3, log: 10 } : {} } },
      },
    );
  draw(false);
  byId('log').addEventListener('click', ({ currentTarget }) => {
    const log = currentTarget.getAttribute('aria-pressed') !== 'true';
    currentTarget.setAttribute('aria-pressed', String(log));
    const { min, max } = chartOf('equity').scales.x;
    draw(log);
    showPeriod(min, max);
  });
  byId('reset').addEventListener('click', showWhole);
  makeChart(
    'drawdown',
    times,
    lines(({ drawdown }) => drawdown),
    { format: (value) => percent(value, 0), height: 190 },
  );
}

startTheme();
makeComparison();
redrawOnTheme();
document.documentElement.dataset.ready = 'true';
