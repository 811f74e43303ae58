import { SCENARIOS } from '../../content/scenarios/index.ts';
import type { Scenario } from '../../content/scenarios/scenario.ts';
import type { InputEvent } from '../../engine/engine-api.ts';
import { type DocumentFacts, type PageEvent, useStore } from './store.ts';

let lastEventId = 0;

/** Gives inputs their numbers. */
export function numbered(events: readonly InputEvent[]): PageEvent[] {
  return events.map((event) => ({ ...event, id: ++lastEventId }));
}

/** A scenario as a document that can be changed. */
export function scenarioDocument({ id, sql, config, startMs, endMs = 0, events }: Scenario): DocumentFacts {
  return { scenarioId: id, sql, config, startMs, endMs, events: numbered(events) };
}

/** The scenario the document came from. */
export function scenarioOf(scenarioId: string): Scenario | undefined {
  return SCENARIOS.find(({ id }) => id === scenarioId);
}

/** Changes the script. */
export function setSql(sql: string): void {
  useStore.setState({ sql });
}

/** Replaces an event; its place in the order follows its arrival time. */
export function changeEvent(id: number, change: (event: PageEvent) => PageEvent): void {
  const { events } = useStore.getState();
  const changed = events.map((event) => (event.id === id ? change(event) : event));
  useStore.setState({ events: inOrder(changed) });
}

/** Lets an event arrive at another time. */
export function moveEvent(id: number, atMs: number): void {
  const at = Math.max(0, Math.round(atMs));
  const known = useStore.getState().events.find((event) => event.id === id);
  if (known && known.atMs !== at) changeEvent(id, (event) => ({ ...event, atMs: at }));
}

/** Adds an event behind another one, as a copy of it; at the end without one. */
export function addEvent(after: PageEvent | undefined, table: string): number {
  const { events } = useStore.getState();
  const last = after ?? events.findLast((event) => !event.closes);
  const id = ++lastEventId;
  const added: PageEvent =
    last && last.table === table ? { ...last, id } : { id, table, atMs: last?.atMs ?? 0, row: {} };
  const place = after ? events.indexOf(after) + 1 : events.length;
  const atMs = after ? added.atMs : added.atMs + 1000;
  useStore.setState({ events: inOrder(events.toSpliced(place, 0, { ...added, atMs })) });
  return id;
}

/** Takes an event out. */
export function removeEvent(id: number): void {
  useStore.setState({ events: useStore.getState().events.filter((event) => event.id !== id) });
}

function inOrder(events: readonly PageEvent[]): PageEvent[] {
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

/** Lets the clock go on so long before the input ends, in milliseconds since the start. */
export function setEnd(ms: number): void {
  const { events } = useStore.getState();
  const endMs = Math.max(0, Math.round(ms));
  // Up to the last row it goes anyway.
  useStore.setState({ endMs: endMs > (events.at(-1)?.atMs ?? 0) ? endMs : 0 });
}

/** Lets so much time pass before an event: it and all that follow arrive later. Without one, before the end of the input. */
export function addPause(before: PageEvent | undefined, pauseMs: number): void {
  const { events, endMs } = useStore.getState();
  const place = before ? events.indexOf(before) : events.length;
  const lastMs = events.at(-1)?.atMs ?? 0;
  const later = events.map((event, at) =>
    at < place ? event : { ...event, atMs: Math.max(0, event.atMs + pauseMs) },
  );
  if (before) useStore.setState({ events: inOrder(later), ...(endMs > 0 ? { endMs: endMs + pauseMs } : {}) });
  else setEnd(Math.max(lastMs, endMs) + pauseMs);
}

/** Lets a partition say nothing any more after a moment: its later events are taken out. */
export function silencePartition(table: string, partition: number, afterMs: number): void {
  const { events } = useStore.getState();
  const isSilenced = (event: PageEvent): boolean =>
    event.table === table && (event.partition ?? 0) === partition && event.atMs > afterMs;
  useStore.setState({ events: events.filter((event) => !isSilenced(event)) });
}

/** Lets a partition end at a moment: what it would have sent after is taken out. */
export function closePartition(table: string, partition: number, atMs: number): void {
  silencePartition(table, partition, atMs);
  const { events } = useStore.getState();
  const end: PageEvent = { id: ++lastEventId, table, partition, atMs, closes: true, row: {} };
  const place = events.findLastIndex((event) => event.atMs <= atMs) + 1;
  useStore.setState({ events: events.toSpliced(place, 0, end) });
}

/** Whether a document is no longer what its scenario says. */
export function isEdited(document: DocumentFacts): boolean {
  const scenario = scenarioOf(document.scenarioId);
  if (!scenario) return true;
  return (
    scenario.sql !== document.sql ||
    (scenario.endMs ?? 0) !== document.endMs ||
    !hasEventsOf(scenario, document.events)
  );
}

const comparisons = new WeakMap<readonly PageEvent[], boolean>();

/** Asked at every change of the store, so each list of events is compared once. */
function hasEventsOf(scenario: Scenario, events: readonly PageEvent[]): boolean {
  const known = comparisons.get(events);
  if (known !== undefined) return known;
  const isSame =
    scenario.events.length === events.length &&
    JSON.stringify(scenario.events) === JSON.stringify(withoutIds(events));
  comparisons.set(events, isSame);
  return isSame;
}

/** Events as the engine takes them. */
export function withoutIds(events: readonly PageEvent[]): InputEvent[] {
  return events.map(({ id: _id, ...event }) => event);
}
