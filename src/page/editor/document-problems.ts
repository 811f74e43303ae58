import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import type { Facts } from '../store/store.ts';
import { type Problem, problems } from '../view-model/problems.ts';

/** What is wrong with the document as it stands: from the check, and from the last run of the same script. */
export function problemsOf(facts: Facts): readonly Problem[] {
  const isChecked = facts.checkedSql === facts.sql;
  const ran = facts.refused ?? facts.result;
  const isRun = ran?.document.sql === facts.sql;
  const failure = isRun && !facts.refused ? (facts.result?.run.failure ?? null) : null;
  return problems(
    [...(isChecked ? (facts.checked?.diagnostics ?? []) : []), ...(isRun ? ran.run.diagnostics : [])],
    failure,
  );
}

/** What is refused of the script in the editor, if a plan of it was begun. */
export function refusalOf(facts: Facts): Diagnostic | null {
  return problemsOf(facts).find(({ diagnostic }) => diagnostic.plan)?.diagnostic ?? null;
}
