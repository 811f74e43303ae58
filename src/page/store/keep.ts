import { applyTheme, type Theme } from '../theme/theme.ts';
import { isEdited, numbered, scenarioDocument, scenarioOf, withoutIds } from './document.ts';
import { type DocumentFacts, documentOf, type Language, useStore } from './store.ts';
import { isTime, validatedEvents } from './valid-inputs.ts';

const SETTINGS = 'tidemark.settings';
const WORK = 'tidemark.work.';
const CURRENT = 'tidemark.current';
const SAVE_AFTER_MS = 250;

/** Theme and language as they stand on the page before it starts: `index.html` reads them before the first paint. */
export function readSettings(): { readonly theme: Theme; readonly language: Language } {
  const { dataset, lang } = document.documentElement;
  return {
    theme: dataset['theme'] === 'dark' ? 'dark' : 'light',
    language: lang.startsWith('zh') ? 'zh' : 'en',
  };
}

/** Changes the theme and remembers it. */
export function setTheme(theme: Theme): void {
  applyTheme(theme);
  useStore.setState({ theme });
  saveSettings();
}

/** Changes the language and remembers it. */
export function setLanguage(language: Language): void {
  useStore.setState({ language });
  saveSettings();
}

function saveSettings(): void {
  const { theme, language } = useStore.getState();
  write(SETTINGS, JSON.stringify({ theme, language }));
}

/** The scenario that was on the screen last; null on a first visit. */
export function lastScenario(): string | null {
  return read(CURRENT);
}

/** The user's version of a scenario, or the scenario itself; null if there is neither. */
export function keptDocument(scenarioId: string): DocumentFacts | null {
  const scenario = scenarioOf(scenarioId);
  const fresh = scenario ? scenarioDocument(scenario) : null;
  const text = read(WORK + scenarioId);
  if (text === null) return fresh;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null || !('sql' in kept) || typeof kept.sql !== 'string')
      return fresh;
    const events = 'events' in kept ? numbered(validatedEvents(kept.events)) : [];
    const startMs =
      'startMs' in kept && typeof kept.startMs === 'number' ? kept.startMs : (fresh?.startMs ?? 0);
    const endMs = 'endMs' in kept && isTime(kept.endMs) ? kept.endMs : (fresh?.endMs ?? 0);
    return { scenarioId, sql: kept.sql, config: fresh?.config ?? {}, startMs, endMs, events };
  } catch {
    return fresh;
  }
}

/** Forgets the user's version of a scenario. */
export function forget(scenarioId: string): void {
  try {
    localStorage.removeItem(WORK + scenarioId);
  } catch {
    // Without storage there is nothing to forget.
  }
}

/** Keeps the user's work a moment after each change, and when the page is left. */
export function watchWork(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const saveSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  const stopSql = useStore.subscribe(({ sql }) => sql, saveSoon);
  const stopEvents = useStore.subscribe(({ events }) => events, saveSoon);
  const stopEnd = useStore.subscribe(({ endMs }) => endMs, saveSoon);
  const stopScenario = useStore.subscribe(({ scenarioId }) => scenarioId, saveSoon);
  addEventListener('pagehide', save);
  return () => {
    stopSql();
    stopEvents();
    stopEnd();
    stopScenario();
    removeEventListener('pagehide', save);
  };
}

function save(): void {
  const work = documentOf(useStore.getState());
  if (work.scenarioId === '') return;
  const { scenarioId, sql, events, startMs, endMs } = work;
  write(CURRENT, scenarioId);
  if (!isEdited(work)) forget(scenarioId);
  else if (!write(WORK + scenarioId, JSON.stringify({ sql, startMs, endMs, events: withoutIds(events) }))) {
    useStore.setState({ notice: { kind: 'storageFull', detail: '' } });
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
