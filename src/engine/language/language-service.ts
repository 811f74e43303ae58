import type { LanguageApi } from '../engine-api.ts';
import { complete } from './complete.ts';
import { definition } from './definition.ts';
import { foldings } from './folding.ts';
import { formatScript } from './format.ts';
import { hover } from './hover.ts';
import type { ScriptChecker } from './script-checker.ts';
import { signatureHelp } from './signature-help.ts';

/** What an editor asks about a script; it shares what the checker has found out already. */
export function createLanguageService(checker: ScriptChecker): LanguageApi {
  return {
    complete: (script, offset) => complete(checker, script, offset),
    hover: (script, offset) => hover(checker, script, offset),
    signature: (script, offset) => signatureHelp(checker, script, offset),
    definition: (script, offset) => definition(checker, script, offset),
    format: formatScript,
    foldings: (script) => foldings(checker.parts(script)),
  };
}
