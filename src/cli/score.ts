import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoredFamilies } from '../../conformance/suite/cases.ts';
import { CHECKS } from '../../conformance/suite/compare.ts';
import { refusedCases, scenarioCase } from '../../conformance/suite/scenario-case.ts';
import { scoreOf } from '../../conformance/suite/score.ts';
import { SCENARIOS } from '../content/scenarios/index.ts';

/** `npm run score`: answers the public cases, rewrites `conformance/score.json` and the scenarios' cases; prints what each family reaches. */
const folder = join(process.cwd(), 'conformance');
const families = scoredFamilies(folder);
const score = scoreOf(families);
const scope = JSON.parse(readFileSync(join(folder, 'in-scope.json'), 'utf8')) as {
  readonly [family: string]: readonly string[];
};
writeFileSync(join(folder, 'score.json'), `${JSON.stringify(score, null, 1)}\n`);
for (const [name, cases] of [
  ['scenarios', SCENARIOS.map(scenarioCase)],
  ['refused', refusedCases(SCENARIOS)],
] as const)
  writeFileSync(
    join(folder, 'scenarios', `${name}.jsonl`),
    `${cases.map((c) => JSON.stringify(c)).join('\n')}\n`,
  );
for (const [family, cases] of families) {
  const passed = new Set(score[family]!.passed);
  const inside = scope[family] ?? [];
  const columns = CHECKS.map((check) => `${check} ${score[family]![check].length}`).join(', ');
  console.log(
    `${family}: ${cases.length} cases, ${columns}; of the first slice ${inside.filter((id) => passed.has(id)).length} of ${inside.length}`,
  );
}
