/**
 * The measures of sessions in the text format of Prometheus (version 0.0.4), for whatever scrapes it: what stands still, is
 * unknown, is refused, or is nearly used up.
 */
import type { HistogramState, MeasuresStatus } from './measures.ts';
import type { SessionStatus } from './status.ts';

export interface MeasuredSession {
  /** Name of its folder. */
  readonly name: string;
  readonly status: SessionStatus;
  readonly measures: MeasuresStatus;
}

type Labels = Readonly<Record<string, string>>;
interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly of: (session: MeasuredSession) => readonly Sample[];
}

const STATES = ['active', 'reducing', 'recovering', 'halted', 'killed'];
const SCOPES: Readonly<Record<string, string>> = {
  grossExposure: 'gross',
  netExposure: 'net',
  positionShare: 'symbol',
  groupShare: 'group',
};

const GAUGES: readonly Metric[] = [
  {
    name: 'trading_state',
    help: '1 for the state that the account is in, 0 for the others.',
    of: ({ status }) => STATES.map((state) => ({ labels: { state }, value: status.state === state ? 1 : 0 })),
  },
  {
    name: 'orders_unknown',
    help: 'Orders of which nobody knows what became of them.',
    of: ({ status }) => one(status.unknown),
  },
  {
    name: 'journal_ok',
    help: '1 while the journal can be written.',
    of: ({ status }) => one(status.journal === 'ok' ? 1 : 0),
  },
  {
    name: 'reconcile_age_seconds',
    help: 'Since the books were compared with those of the broker, by the session’s time.',
    of: ({ status: { reconciledAt, at } }) => (reconciledAt === null ? [] : one((at - reconciledAt) / 1e6)),
  },
  {
    name: 'quote_age_seconds',
    help: 'Since the newest price, by the session’s time.',
    of: ({ measures }) => each(measures.quoteAges, 'symbol'),
  },
  {
    name: 'broker_requests_remaining',
    help: 'Requests that the broker still answers in its present minute.',
    of: ({ measures: { brokerRequestsLeft } }) => (brokerRequestsLeft === null ? [] : one(brokerRequestsLeft)),
  },
  {
    name: 'exposure_worst',
    help: 'What could be held at worst, with all that works or is unknown, in the base currency.',
    of: ({ status }) =>
      status.gate.used
        .filter(({ key }) => key in SCOPES)
        .map(({ key, of, used }) => ({
          labels: { scope: SCOPES[key], ...(of === undefined ? {} : { of }) },
          value: used,
        })),
  },
  {
    name: 'limit_used_ratio',
    help: 'How much of each limit is used, at worst; 1 is all of it.',
    of: ({ status }) =>
      status.gate.used
        .filter(({ limit }) => limit > 0)
        .map(({ key, of, used, limit }) => ({
          labels: { limit: key, ...(of === undefined ? {} : { of }) },
          value: used / limit,
        })),
  },
  {
    name: 'alerts_open',
    help: 'Alerts that are not over and that nobody acknowledged, by priority.',
    of: ({ status }) =>
      [1, 2, 3].map((priority) => ({
        labels: { pr: `P${priority}` },
        value: status.alerts.filter((alert) => {
          return alert.priority === priority && alert.overAt === null && alert.acknowledgedBy === null;
        }).length,
      })),
  },
  { name: 'equity', help: 'In the base currency.', of: ({ status }) => one(status.equity) },
];

const COUNTERS: readonly Metric[] = [
  {
    name: 'risk_refusals_total',
    help: 'Orders that a control refused since the session began.',
    of: ({ measures }) => each(measures.refusals, 'code'),
  },
];

const HISTOGRAMS: readonly { name: string; help: string; of: (measures: MeasuresStatus) => HistogramState }[] = [
  {
    name: 'order_submit_ack_ms',
    help: 'From a submission to the broker’s first word of it.',
    of: ({ submitAckMs }) => submitAckMs,
  },
  { name: 'journal_fsync_ms', help: 'Of a sync of the journal.', of: ({ journalFsyncMs }) => journalFsyncMs },
  { name: 'loop_lag_ms', help: 'How late a timer of the session’s loop came.', of: ({ loopLagMs }) => loopLagMs },
];

/** Returns the text; every line of a session has its name and mode as labels. */
export function metricsText(sessions: readonly MeasuredSession[]): string {
  const lines = [...head('sessions', 'gauge', 'Sessions that answer.'), `${PREFIX}sessions ${sessions.length}`];
  for (const [type, metrics] of [
    ['gauge', GAUGES],
    ['counter', COUNTERS],
  ] as const) {
    for (const { name, help, of } of metrics) {
      const samples = sessions.flatMap((session) =>
        of(session).map(({ labels, value }) => line(name, { ...whose(session), ...labels }, value)),
      );
      if (samples.length > 0) lines.push(...head(name, type, help), ...samples);
    }
  }
  for (const { name, help, of } of HISTOGRAMS) {
    const samples = sessions.flatMap((session) => histogramLines(name, whose(session), of(session.measures)));
    if (samples.length > 0) lines.push(...head(name, 'histogram', help), ...samples);
  }
  return `${lines.join('\n')}\n`;
}

const PREFIX = 'tradedeck_';

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} ${type}`];
}

function whose({ name, status }: MeasuredSession): Labels {
  return { session: name, mode: status.mode };
}

function histogramLines(name: string, labels: Labels, { bounds, counts, count, sum }: HistogramState): string[] {
  return [
    ...bounds.map((bound, i) => line(`${name}_bucket`, { ...labels, le: String(bound) }, counts[i])),
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const said = Object.entries(labels).map(([key, text]) => `${key}="${text.replaceAll(/[\\"\n]/g, escaped)}"`);
  return `${PREFIX}${name}{${said.join(',')}} ${Number.isNaN(value) ? 'NaN' : value}`;
}

function escaped(letter: string): string {
  return letter === '\n' ? String.raw`\n` : `\\${letter}`;
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

function each(values: Readonly<Record<string, number>>, label: string): readonly Sample[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
}
