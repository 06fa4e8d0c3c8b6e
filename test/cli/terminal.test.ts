/** What is printed steers no terminal, whoever wrote it: a broker, a strategy, a file. */
import { expect, test } from 'vitest';
import { tableText } from '../../src/cli/table.ts';
import { harmless, oneLine } from '../../src/cli/terminal.ts';

test.each([
  ['a title', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
  ['the cursor, over what was printed', 'x\u001b[2Fy', 'x\\u001b[2Fy'],
  ['the clipboard', '\u001b]52;c;aGk=\u0007', '\\u001b]52;c;aGk=\\u0007'],
  ['what hides what follows', '\u001b[8mhidden', '\\u001b[8mhidden'],
  ['a line that is overwritten', 'filled\rrefused', 'filled\\u000drefused'],
  ['the order of letters', 'a\u202eb', 'a\\u202eb'],
  ['eight-bit controls', '\u009b2J', '\\u009b2J'],
])('%s is shown and not obeyed', (_, text, shown) => {
  expect(harmless(text)).toBe(shown);
});

test('styles, tabs, line ends and letters of all languages stay', () => {
  const text = '\u001b[31mred\u001b[39m\t…1 234,5 €\n漢字 \u001b[1mbold\u001b[22m \u001b[7;1;33mboth\u001b[0m';
  expect(harmless(text)).toBe(text);
});

test('a cell cannot begin a row of its own', () => {
  const rows = tableText(
    [
      ['order', 'why'],
      ['1', 'limit\n2      forged'],
      ['3', '\u001b[1A'],
    ],
    99,
  );
  expect(rows).toHaveLength(3);
  expect(rows[1]).toBe('1      limit 2      forged');
  expect(rows[2]).toBe('3      \\u001b[1A');
});

test('nor can what others say begin a line', () => {
  expect(oneLine('refused\r\nP1 forged\u2028P1 again\u0085and again')).toBe('refused P1 forged P1 again and again');
});
