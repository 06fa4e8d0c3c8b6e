/** What `setup` returns is looked at, so that a handler that could never work is refused by name. */
import { expect, test } from 'vitest';
import { checkHandlers } from '../../src/engine/strategy/handlers.ts';

test('handlers as they should be are taken as they are', () => {
  const handlers = { onBar() {}, onEnd: () => undefined, save: () => ({}) };
  expect(checkHandlers('mine', handlers)).toBe(handlers);
  expect(checkHandlers('mine', {})).toEqual({});
});

test('a setup that returns nothing is told what to return', () => {
  expect(() => checkHandlers('mine', undefined)).toThrow('mine: setup must return its handlers, returned undefined');
});

test('an async setup is refused, because a strategy cannot wait', () => {
  expect(() => checkHandlers('mine', Promise.resolve({}))).toThrow('setup must not be async');
});

test('an async handler is refused, because what it decided later would be out of time', () => {
  expect(() => checkHandlers('mine', { onBar: async () => {} })).toThrow('onBar must not be async');
});

test('a misspelt handler is refused with the one that was meant, because it would never be called', () => {
  expect(() => checkHandlers('mine', { onbar() {} })).toThrow('did you mean "onBar"?');
  expect(() => checkHandlers('mine', { onFills() {} })).toThrow('did you mean "onFill"?');
});

test('members of its own, which are near to no handler, are left to the strategy', () => {
  expect(() => checkHandlers('mine', { size: 3, recount() {} })).not.toThrow();
});

test('a handler that is no function is refused with its value', () => {
  expect(() => checkHandlers('mine', { onBar: 5 })).toThrow('onBar must be a function, was 5');
});
