/** Learners and statistics against scikit-learn, statsmodels and scipy on real series. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthCase, TruthSet } from '../case.ts';
import { guarded } from '../guarded.ts';
import { notCovered } from '../05_performance/compare.ts';
import { featureFile, type FeatureFile } from '../10_ml_stats/features.ts';
import { panelFile, type PanelFile } from '../10_ml_stats/panel.ts';

const learning: TruthSet = function* (folder, root): Generator<TruthCase> {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.json')) yield* guarded(file, () => casesOf(file, folder, root));
  }
};

function* casesOf(file: string, folder: string, root: string): Generator<TruthCase> {
  const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
  if ('train_rows' in content) yield* featureFile(file, content as FeatureFile, folder, root);
  else if ('pair' in content || 'covariance' in content) yield* panelFile(file, content as PanelFile, root);
  else yield notCovered(file, 'a kind of file that is not known');
}

export default learning;
