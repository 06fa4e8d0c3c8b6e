/** The door of the momentum rotation: `import strategy from 'tradedeck/strategies/momentum-rotation'`. */
export { default } from './strategy.ts';
