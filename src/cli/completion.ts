/**
 * `tradedeck completion`: a script with which bash or zsh completes commands, flags and shipped strategies.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { strategyNames } from '../strategies/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print } from './terminal.ts';

/** Prints the script for a shell. */
export function completion(program: CommandUnknownOpts, shell: 'bash' | 'zsh'): ExitCode {
  const rows = program.commands.map((command) => {
    const words = [
      ...command.options.flatMap(({ long }) => (long == null ? [] : [long])),
      ...command.commands.map((inner) => inner.name()),
      ...(['backtest', 'strategies', 'check-lookahead'].includes(command.name()) ? strategyNames : []),
    ];
    return `    ${command.name()}) words="${words.join(' ')}" ;;`;
  });
  const names = program.commands.map((command) => command.name());
  if (shell === 'zsh') print('autoload -U +X bashcompinit && bashcompinit');
  print(`# Load with: source <(tradedeck completion ${shell})
_tradedeck() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="${names.join(' ')}"
  if [ "$COMP_CWORD" -gt 1 ]; then case "\${COMP_WORDS[1]}" in
${rows.join('\n')}
    *) words="" ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _tradedeck tradedeck`);
  return EXIT.ok;
}
