/** Light and dark: what the system prefers, until a person chooses; charts are drawn again in the new colours. */
import { byId } from './values.js';

const listeners = [];
const colours = new Map();

/** A colour of the style sheet, by the name of its variable. */
export function colour(name) {
  if (!colours.has(name))
    colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return colours.get(name);
}

/** Calls `redraw` whenever the colours change. */
export function onTheme(redraw) {
  listeners.push(redraw);
}

function changed() {
  colours.clear();
  for (const redraw of listeners) redraw();
}

export function startTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  byId('theme').addEventListener('click', () => {
    const dark = root.dataset.theme === undefined ? system.matches : root.dataset.theme === 'dark';
    root.dataset.theme = dark ? 'light' : 'dark';
    changed();
  });
  system.addEventListener('change', changed);
  // Paper is white whatever the screen shows.
  let chosen;
  addEventListener('beforeprint', () => {
    chosen = root.dataset.theme;
    root.dataset.theme = 'light';
    changed();
  });
  addEventListener('afterprint', () => {
    if (chosen === undefined) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    changed();
  });
}
