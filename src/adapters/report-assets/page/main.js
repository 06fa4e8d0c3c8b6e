/** Starts the page: everything that can be read is there before this runs. */
import { makeCurves, makeRolling, redrawOnTheme } from './charts.js';
import { startDays } from './days.js';
import { startOptions } from './options.js';
import { startPrice } from './price.js';
import { startTheme } from './theme.js';
import { startTrades } from './trades.js';

startTheme();
makeCurves();
startPrice();
makeRolling();
startOptions();
redrawOnTheme();
startTrades();
startDays();
document.documentElement.dataset.ready = 'true';
