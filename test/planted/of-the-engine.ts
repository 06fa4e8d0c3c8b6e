/** Mistakes in limits, states, exits that are held here, corrections, bars and reports. */
import { edit, type PlantedEdit } from './edit.ts';

const ACCOUNT = 'engine/limits/account.test.ts';
const HELD = 'engine/live/held-exits.test.ts';
const CORRECTIONS = 'engine/live/corrections.test.ts';

export const OF_THE_ENGINE: readonly PlantedEdit[] = [
  // ---- States
  edit(
    'a clear after a restart lets orders go before the books are compared',
    'engine/live/trading-state.ts',
    "if (this.isCompared) this.set('active', reason, at);\n    else this.set('recovering', reason, at);",
    "this.set('active', reason, at);",
    'engine/live/trading-state.test.ts',
  ),
  edit(
    'a reduce that comes while recovering is forgotten',
    'engine/live/trading-state.ts',
    'this.reducesAfter = reason;\n      this.write',
    'this.write',
    'engine/live/trading-state.test.ts',
  ),
  // ---- Leaving
  edit(
    'orders leave though nobody knows how old they are',
    'engine/live/broker/leaving.ts',
    'if (isTimeUnsure && !isOfDesk) {',
    'if (isTimeUnsure && isOfDesk) {',
    'engine/live/leaving.test.ts',
  ),
  edit(
    'a contract takes orders until the broker has booked its end',
    'engine/options/endings.ts',
    'isForBroker === true && now >= this.tradesUntil(instrument)',
    'isForBroker === true && now === Infinity',
    'engine/live/cover.test.ts',
  ),
  // ---- Closing
  edit(
    'what a person closes waits for the sale of a call as long as that works',
    'engine/live/closing.ts',
    'if (quantity > 0 && deck.orders.keepsCover)',
    'if (quantity < 0)',
    'engine/live/cover.test.ts',
  ),
  edit(
    'what the desk closes may leave a sold call without cover',
    'engine/live/broker/closers.ts',
    'return this.venue.forced.has(order) && this.uncovers(',
    'return !this.venue.forced.has(order) && this.uncovers(',
    'engine/live/cover.test.ts',
  ),
  edit(
    'a call that could yet be sold needs no cover',
    'engine/live/broker/closers.ts',
    '(other) => this.waiting.includes(other)',
    '() => true',
    'engine/live/cover.test.ts',
  ),
  edit(
    'what waits for a sold call waits in silence',
    'engine/live/broker/closers.ts',
    'this.wakes.at(now + TOLD_AFTER_US, (at) => this.tell(order, at));',
    'this.told(order, now);',
    'engine/live/cover.test.ts',
  ),
  // ---- Sectors
  edit(
    'a sector counts the order alone, and not what is held',
    'engine/limits/sectors.ts',
    'for (const instrument of members) value += worstValue(instrument, intent, view, ACCOUNT);',
    'if (members.has(intent.instrument)) value += worstValue(intent.instrument, intent, view, ACCOUNT);',
    ACCOUNT,
  ),
  edit(
    'options are in no sector',
    'engine/limits/sectors.ts',
    'own.has(option?.underlying ?? symbol) ? [index] : []',
    'own.has(symbol) && option === undefined ? [index] : []',
    ACCOUNT,
  ),
  edit(
    'a symbol of a sector that is not on the tape is passed over',
    'engine/limits/sectors.ts',
    'if (known.has(symbol)) continue;',
    'if (known.size > 0) continue;',
    ACCOUNT,
  ),
  edit(
    'a sector that has grown keeps what is in it from being closed',
    'engine/limits/sectors.ts',
    'if (!isFirst(intent, view) || !grows(intent, view)) return undefined;',
    'if (!isFirst(intent, view)) return undefined;',
    ACCOUNT,
  ),
  // ---- What cannot be valued
  edit(
    'an order is small enough where the account cannot be valued',
    'engine/limits/fat-finger.ts',
    'return !(value <= limit) && opens(intent, view)',
    'return value > limit && opens(intent, view)',
    ACCOUNT,
  ),
  edit(
    'a position is small enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(value <= limit)\n        ? refuse(\n            'position.share'",
    "return value > limit\n        ? refuse(\n            'position.share'",
    ACCOUNT,
  ),
  edit(
    'gross exposure is low enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(gross <= limit)\n        ? refuse(\n            'exposure.gross'",
    "return gross > limit\n        ? refuse(\n            'exposure.gross'",
    ACCOUNT,
  ),
  edit(
    'net exposure is low enough where the account cannot be valued',
    'engine/limits/positions.ts',
    'return !(net <= limit)',
    'return net > limit',
    ACCOUNT,
  ),
  edit(
    'a strategy is small enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(gross <= limit)\n        ? refuse(\n            'exposure.strategy'",
    "return gross > limit\n        ? refuse(\n            'exposure.strategy'",
    ACCOUNT,
  ),
  edit(
    'a sector is small enough where the account cannot be valued',
    'engine/limits/sectors.ts',
    'if (value === Infinity || value <= limit) continue;',
    'if (value === Infinity || !(value > limit)) continue;',
    ACCOUNT,
  ),
  edit(
    'an order can be paid for where the account cannot be valued',
    'engine/limits/funds.ts',
    'return !(cost <= free * (1 + 1e-9) + 1e-6)',
    'return cost > free * (1 + 1e-9) + 1e-6',
    ACCOUNT,
  ),
  // ---- Exits that are held here
  edit(
    'one tick reaches an exit that is held here',
    'engine/live/exits/exit-watch.ts',
    'if (since !== undefined) {\n      if (at > since) this.listener.reached(order, at);',
    'if (since === undefined || since !== undefined) {\n      this.listener.reached(order, at);',
    HELD,
  ),
  edit(
    'a quote with one side reaches an exit that is held here',
    'engine/live/exits/exit-watch.ts',
    'return bid > 0 && ask >= bid && this.isOpen(instrument, at);',
    'return this.isOpen(instrument, at);',
    HELD,
  ),
  edit(
    'what was seen before the process was gone confirms what is seen after it',
    'engine/live/exits/held-exits.ts',
    '    this.watch.forget();\n    this.aloneSince = from;',
    '    this.aloneSince = from;',
    HELD,
  ),
  edit(
    'a bad print drags a stop that trails',
    'engine/live/exits/exit-watch.ts',
    'const best = side > 0 ? Math.max(before, far) : Math.min(before, far);',
    'const best = far;',
    HELD,
  ),
  {
    name: 'a stop that the broker refused is looked for there and sent again',
    edits: [
      {
        file: 'engine/live/books/reconcile.ts',
        from: 'ticket.isOut && !ticket.isOver && !isListed',
        to: 'ticket.isOut && !isListed',
      },
      {
        file: 'engine/live/broker/contact.ts',
        from: 'if (FINAL_STATES.has(ticket.order.status) || ticket.isOver) return;',
        to: 'if (FINAL_STATES.has(ticket.order.status)) return;',
      },
    ],
    test: HELD,
  },
  edit(
    'a pair of exits is known by its size only',
    'engine/live/broker/foreign.ts',
    "(ticket.group.kind === 'oco' || ticket.group.leader !== ticket)",
    'ticket.group.leader !== ticket',
    'engine/live/kept-pairs.test.ts',
  ),
  // ---- Corrections
  edit(
    'a symbol trades on while a correction of it waits',
    'engine/live/broker/corrections.ts',
    'if (instrument !== undefined && !isAccepted) doubts.set(instrument, wordingOf(id, fill));',
    '',
    CORRECTIONS,
  ),
  edit(
    'what waits for its chain is forgotten over night',
    'engine/live/broker/corrections.ts',
    'for (const [id, each] of aside) this.aside.set(id, each);',
    '',
    CORRECTIONS,
  ),
  // ---- Bars
  edit(
    'of bars that come together a strategy sees the last alone',
    'engine/live/inbox.ts',
    'if (seen.has(key)) return i;',
    '',
    'engine/live/inbox.test.ts',
  ),
  // ---- Losses that were bought back
  edit(
    'what was sold no later than a loss replaces it',
    'report/wash-sales.ts',
    'lot.left <= 0 || isThis ||',
    'lot.left <= 0 ||',
    'report/wash-sales.test.ts',
  ),
  edit(
    'the window of a loss that was bought back ends a day early',
    'report/wash-sales.ts',
    'if (daysBetween(soldAt, lot.boughtAt) > WINDOW_DAYS) break;',
    'if (daysBetween(soldAt, lot.boughtAt) >= WINDOW_DAYS) break;',
    'report/wash-sales.test.ts',
  ),
  edit(
    'a call that was bought replaces one share',
    'report/wash-sales.ts',
    'const SHARES = 100;',
    'const SHARES = 1;',
    'report/wash-sales.test.ts',
  ),
  edit(
    'a share that was bought replaces two that were sold',
    'report/wash-sales.ts',
    '      lot.left -= units / shares;\n',
    '',
    'report/wash-sales.test.ts',
  ),
  // ---- Options at a broker
  edit(
    'a leg that has filled is not saved with its package',
    'engine/state/orders.ts',
    '...(order.siblings ?? []), ...legs, order.parent',
    '...(order.siblings ?? []), order.parent',
    'engine/live/packages.test.ts',
  ),
  edit(
    'shares that cover calls are sold at any level',
    'engine/limits/option-limits.ts',
    'return contract !== undefined || book.on.has(instrument);',
    'return contract !== undefined;',
    'engine/limits/account.test.ts',
  ),
  edit(
    'options without a collar get a limit without end',
    'engine/limits/collar.ts',
    '!(from > 0) || width === Infinity',
    '!(from > 0)',
    'engine/live/packages.test.ts',
  ),
  edit(
    'what is at work is not counted against the limit',
    'engine/limits/worst-case.ts',
    'if (view.markets[instrument].count === 0) return held * side;',
    'return held * side;',
    'desk/session/submits.process.test.ts',
  ),
];
