import type { LanguageApi } from '../../engine/engine-api.ts';
import { client, SCRIPT_LENGTH_LIVE_MAX } from './engine.ts';

type Answer<Question extends keyof LanguageApi> = ReturnType<LanguageApi[Question]>;

/**
 * Asks about a script what the editor wants to know. Null where there is no answer: a newer question of the same kind has come, the script is too
 * long, or the worker was ended. The editor then shows nothing, and nobody has to be told.
 */
export async function askLanguage<Question extends keyof LanguageApi>(
  question: Question,
  script: string,
  offset: number,
): Promise<Answer<Question> | null> {
  if (script.length > SCRIPT_LENGTH_LIVE_MAX) return null;
  try {
    return await client.language(question, script, offset);
  } catch {
    return null;
  }
}
