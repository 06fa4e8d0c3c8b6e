/** Help lists every command once, below the heading that says when one needs it. */
import { expect, test } from 'vitest';
import { COMMAND_GROUPS } from '../../src/cli/command-groups.ts';
import { makeProgram } from '../../src/cli/program.ts';

test('every command stands below one heading of the help', () => {
  const program = makeProgram(() => '0', { code: 0 });
  const listed = Object.values(COMMAND_GROUPS).flat();
  expect(program.commands.map((command) => command.name())).toEqual(listed);
  for (const command of program.commands) {
    expect(Object.entries(COMMAND_GROUPS).find(([, names]) => names.includes(command.name()))?.[0]).toBe(
      command.helpGroup(),
    );
  }
  const help = program.helpInformation();
  for (const heading of Object.keys(COMMAND_GROUPS)) expect(help).toContain(`\n${heading}\n`);
  expect(help).not.toContain('Commands:');
  const data = program.commands.find((command) => command.name() === 'data')?.helpInformation();
  expect(data).toContain('help [command]');
  expect(data).not.toContain('Begin:');
});
