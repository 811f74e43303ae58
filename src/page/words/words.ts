import i18next, { type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import { message } from '../view-model/problems.ts';
import type { Sentence } from '../view-model/step-sentence.ts';
import { en } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof en };
  }
}

/** Makes the words ready: English is always there, Chinese is loaded when it is wanted. */
export async function startWords(language: 'en' | 'zh'): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'page',
    resources: { en: { page: en } },
    interpolation: { escapeValue: false },
  });
  await speak(language);
}

/** Switches the words, and tells the browser which language it reads. */
export async function speak(language: 'en' | 'zh'): Promise<void> {
  if (language === 'zh' && !i18next.hasResourceBundle('zh', 'page')) {
    const [{ zh }, hints] = await Promise.all([import('./zh.ts'), import('./hints-zh.ts')]);
    chineseHint = hints.chineseHint;
    i18next.addResourceBundle('zh', 'page', zh);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

let chineseHint: ((hint: string) => string) | null = null;

/** What the engine advises, in the language of the page. */
export function hintWords(hint: string): string {
  return i18next.language === 'zh' && chineseHint ? chineseHint(hint) : hint;
}

/** What a diagnostic says: Flink's words as they are, our own in the language of the page. */
export function messageWords(diagnostic: Diagnostic): string {
  return diagnostic.phase === 'limit' ? hintWords(message(diagnostic)) : message(diagnostic);
}

/** A sentence of the trace in the language of the page. */
export function worded(t: TFunction, { key, values, phrases }: Sentence): string {
  const said = Object.fromEntries(Object.entries(phrases).map(([name, phrase]) => [name, worded(t, phrase)]));
  return t(`say.${key}` as 'say.before', { ...values, ...said });
}
