/**
 * The look of a sweep's page, over that of a report: the same paper, hairlines instead of boxes, colour with meaning.
 */
export const SWEEP_STYLE = `
section { margin-top: 40px; } h1 + .source + section { margin-top: 24px; } section section { margin-top: 18px; }
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 24px 32px; margin-top: 18px; align-items: start; }
.map, .wide { margin: 0; } .map { max-width: 520px; } .wide { margin-top: 18px; }
.map svg, .wide svg { width: 100%; height: auto; display: block; }
svg text { font: 11px var(--sans); fill: var(--muted); } svg text.end { font-size: 12px; fill: var(--ink); }
svg text.end.run { fill: var(--run); font-weight: 600; } svg text.end.bench { fill: var(--bench); }
figcaption { font-size: 12px; color: var(--muted); margin-top: 4px; }
figcaption.over { font: 600 15px var(--serif); color: var(--ink); margin: 0 0 6px; }
.axis { stroke: var(--rule); } .hair { stroke: var(--grid); } .stripe { fill: var(--ink); opacity: 0.04; }
.curve { fill: none; stroke: var(--run); stroke-width: 1.8; stroke-linejoin: round; }
.curve.other { stroke: var(--line-4); stroke-width: 1; opacity: 0.45; }
.curve.bench { stroke: var(--bench); stroke-width: 1.3; stroke-dasharray: 5 4; }
.drift { fill: none; stroke: var(--run); stroke-width: 1.2; opacity: 0.6; }
.fan { fill: var(--run); opacity: 0.13; } .fan.inner { opacity: 0.22; }
.fall { stroke: var(--rule); stroke-width: 1.5; }
.chosen { fill: var(--paper); stroke: var(--muted); stroke-width: 1.5; }
.judged.gain, .path-dot.gain { fill: var(--gain); } .judged.loss, .path-dot.loss { fill: var(--loss); } .path-dot { opacity: 0.6; }
.dot { fill: var(--run); opacity: 0.4; } .dot-strong { fill: var(--run); } .bar { fill: var(--run); opacity: 0.55; }
.winner { fill: none; stroke: var(--ink); stroke-width: 2; } .front { fill: var(--line-1); }
.front-line { fill: none; stroke: var(--line-1); stroke-width: 1.2; stroke-dasharray: 3 3; }
line.won { stroke: var(--ink); stroke-width: 1.5; } text.won { fill: var(--ink); font-weight: 600; }
line.lucky { stroke: var(--loss); stroke-dasharray: 4 3; } text.lucky { fill: var(--loss); }
.line { fill: none; stroke-width: 1; opacity: 0.4; } .winner-line { fill: none; stroke: var(--ink); stroke-width: 2.5; }
table { border-collapse: collapse; width: 100%; } .more { display: none; margin: 2px 0 0; text-align: right; font-size: 12px; color: var(--muted); }
td, th { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--rule); font-weight: 400; white-space: nowrap; }
th { color: var(--muted); font-size: 12px; } td.words, th.words { text-align: left; }
details { margin-top: 18px; } summary { cursor: pointer; color: var(--muted); } .assumptions { padding-left: 18px; margin-top: 18px; } .assumptions li { font: 12px/1.6 var(--sans); color: var(--muted); }
.odds { margin-top: 18px; border-top: 1px solid var(--rule); }
.odd { display: grid; grid-template-columns: minmax(190px, 1.1fr) 70px 96px 88px 3fr; gap: 4px 16px; align-items: center; padding: 7px 0; border-bottom: 1px solid var(--rule); }
.odd b { text-align: right; font-weight: 600; } .gauge { width: 96px; height: 14px; }
.zone.alarm { fill: var(--loss); opacity: 0.4; } .zone.doubt { fill: var(--line-3); opacity: 0.35; } .zone.calm { fill: var(--gain); opacity: 0.35; }
.mark { stroke: var(--paper); stroke-width: 1.5; } .mark.reassuring { fill: var(--gain); } .mark.doubtful { fill: var(--line-3); } .mark.alarming { fill: var(--loss); }
.reassuring { color: var(--gain); } .alarming { color: var(--loss); } .verdict.alarming { font-weight: 600; } .doubtful { color: var(--line-3); }
@media (max-width: 720px) {
  .wide svg { min-width: 760px; } .more { display: block; }
  .odd { grid-template-columns: 1fr auto 72px; } .odd .gauge { width: 72px; } .odd .verdict { display: none; } .odd .small { grid-column: 1 / -1; }
}
`;
