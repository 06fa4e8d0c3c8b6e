/** The order in which test files begin: the longest first, so that none of them is left alone at the end. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes a minute or so each on two cores, the longest first; without a run before, a file's size says little about that. */
const LONGEST = [
  'test/simulation/simulation.test.ts',
  'test/desk/sandbox/paper.process.test.ts',
  'test/cli/cut-off.process.test.ts',
  'test/cli/isolation.process.test.ts',
  'test/cli/rehearse.process.test.ts',
  'test/cli/calendar-days.process.test.ts',
  'test/report/report.process.test.ts',
  'test/desk/exchange.process.test.ts',
  'test/cli/futures-day.process.test.ts',
  'test/cli/watchdog-ib.process.test.ts',
  'test/cli/watchdog.process.test.ts',
  'test/cli/deadman.process.test.ts',
  'test/cli/command.process.test.ts',
  'test/desk/sandbox/neighbours.process.test.ts',
  'test/cli/put-seller-days.process.test.ts',
  'test/package/pack.process.test.ts',
  'test/package/kept-modules.process.test.ts',
  'test/desk/sandbox/supervisor.process.test.ts',
  'test/desk/sweep.process.test.ts',
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = LONGEST.filter((file) => !existsSync(join(root, file)));
    if (gone.length > 0) throw new Error(`no such test files, which were to begin first: ${gone.join(', ')}`);
    const others = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.indexOf(relative(root, moduleId));
      return at === -1 ? LONGEST.length : at;
    };
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return others.toSorted((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}
