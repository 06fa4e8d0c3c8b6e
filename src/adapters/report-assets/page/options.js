/** The options section: greeks and collateral over time, and the choice of the payoff that is shown. */
import { makeChart } from './charts.js';
import { byId, compact, data, percent, seconds, unpack } from './values.js';

const GREEKS = ['delta', 'gamma', 'theta', 'vega'];

export function startOptions() {
  if (data.book === null) return;
  const { book } = data;
  const times = seconds(unpack(book.time));
  const money = (value) => (value === null ? '–' : compact(value));
  for (const name of GREEKS) {
    const series = [{ label: '', values: book[name], colour: 'run', fill: 'run-fill', width: 1 }];
    makeChart(`greek-${name}`, times, series, { format: money, height: 170, axisSize: 56 });
  }
  makeChart(
    'collateral',
    times,
    [
      {
        label: '',
        values: book.collateral,
        colour: 'run',
        fill: 'run-area',
        width: 0.5,
        paths: uPlot.paths.stepped({ align: -1 }),
      },
    ],
    {
      format: (value) => percent(value, 0),
      height: 150,
      axisSize: 48,
    },
  );
  byId('payoff-choice')?.addEventListener('change', ({ currentTarget }) => {
    for (const each of document.querySelectorAll('[data-payoff]'))
      each.hidden = each.dataset.payoff !== currentTarget.value;
  });
}
