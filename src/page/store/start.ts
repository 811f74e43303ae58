import { SCENARIOS } from '../../content/scenarios/index.ts';
import { isEdited, numbered, scenarioDocument, scenarioOf, withoutIds } from './document.ts';
import { forget, keptDocument, lastScenario, readSettings, watchWork } from './keep.ts';
import { watchLineage } from './lineage.ts';
import { watchPlaying } from './player.ts';
import { check, runNow, watchDocument } from './run.ts';
import type { Shared } from './share-link.ts';
import { type DocumentFacts, documentOf, useStore } from './store.ts';

/** Fragments longer than this are cut by some programs that pass links on. */
const LINK_LENGTH_SAFE = 8000;

/** Loads what the address or the last visit says, and runs it. Returns what stops the watching. */
export function startPage(): () => void {
  useStore.setState(readSettings());
  const stops = [watchDocument(), watchPlaying(), watchWork(), watchLineage()];
  if (isLink(location.hash)) void openLink(location.hash).then((isOpen) => isOpen || openLastWork(true));
  else openLastWork(false);
  const onHash = (): void => {
    if (isLink(location.hash)) void openLink(location.hash);
  };
  addEventListener('hashchange', onHash);
  stops.push(() => removeEventListener('hashchange', onHash));
  return () => stops.forEach((stop) => stop());
}

/** Whether a fragment claims to be a link of ours. */
function isLink(hash: string): boolean {
  return /^#v\d+\./.test(hash);
}

/** Packing and unpacking is loaded when it is first needed. */
const loadLinks = () => import('./share-link.ts');

async function openLink(hash: string): Promise<boolean> {
  try {
    const { decodeLink } = await loadLinks();
    const shared = decodeLink(hash);
    open(sharedDocument(shared));
    runNow({ position: shared.position });
    // A later reload shall bring back the user's edits, not the link.
    history.replaceState(null, '', location.pathname + location.search);
    return true;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    useStore.setState({ notice: { kind: 'brokenLink', detail } });
    return false;
  }
}

function sharedDocument({ scenarioId, sql, config, startMs, endMs, events }: Shared): DocumentFacts {
  const scenario = scenarioOf(scenarioId);
  const base = scenario ? scenarioDocument(scenario) : null;
  if (!base && sql === undefined) throw new Error('unknown scenario');
  return {
    scenarioId,
    sql: sql ?? base?.sql ?? '',
    config: config ?? base?.config ?? {},
    startMs: startMs ?? base?.startMs ?? 0,
    // A link with events of its own says itself how long the clock goes on.
    endMs: endMs ?? (events ? 0 : (base?.endMs ?? 0)),
    events: events ? numbered(events) : (base?.events ?? []),
  };
}

function openLastWork(keepsNotice: boolean): void {
  const last = lastScenario();
  const kept = last === null ? null : keptDocument(last);
  const first = SCENARIOS[0];
  const { notice } = useStore.getState();
  if (kept) {
    open(kept);
    runNow({ position: 'first-surprise' });
  } else if (first) {
    open(scenarioDocument(first));
    useStore.setState({ isFirstVisit: true });
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    runNow(isStill ? { position: 'first-surprise' } : { position: 'start', isPlaying: true });
  }
  if (keepsNotice) useStore.setState({ notice });
}

/** Opens a scenario with the user's changes to it, if there are any. */
export function openScenario(scenarioId: string): void {
  const document = keptDocument(scenarioId);
  if (!document) return;
  open(document);
  runNow({ position: 'first-surprise', isPlaying: false });
}

/** Puts the scenario back as it was. */
export function resetScenario(): void {
  const { scenarioId } = useStore.getState();
  const scenario = scenarioOf(scenarioId);
  if (!scenario) return;
  forget(scenarioId);
  open(scenarioDocument(scenario));
  runNow({ position: 'first-surprise', isPlaying: false });
}

function open(document: DocumentFacts): void {
  useStore.setState({
    ...document,
    checked: null,
    checkedSql: null,
    isPlaying: false,
    playUntil: null,
    notice: null,
    resultTab: 'sink-0',
  });
  void check();
}

/** The address that shows what is on the screen now. */
export async function shareAddress(): Promise<string> {
  const { encodeLink } = await loadLinks();
  const facts = useStore.getState();
  const { scenarioId, sql, config, startMs, endMs, events } = documentOf(facts);
  const isOwn = isEdited(facts);
  const hash = encodeLink({
    scenarioId,
    position: facts.position,
    ...(isOwn ? { sql, config, startMs, ...(endMs > 0 ? { endMs } : {}), events: withoutIds(events) } : {}),
  });
  return location.origin + location.pathname + location.search + hash;
}

/** Copies the address and says so. */
export async function copyShareLink(): Promise<void> {
  const address = await shareAddress();
  const kind = address.length > LINK_LENGTH_SAFE ? 'longLink' : 'copied';
  try {
    await navigator.clipboard.writeText(address);
    useStore.setState({ notice: { kind, detail: String(address.length) } });
  } catch {
    useStore.setState({ notice: { kind: 'copyFailed', detail: address } });
  }
}
