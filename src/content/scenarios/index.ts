import { anotherKey } from './another-key.ts';
import { appendOnly } from './append-only.ts';
import { appendSink } from './append-sink.ts';
import { arrivalOrder } from './arrival-order.ts';
import { askedTwice } from './asked-twice.ts';
import { cdcOrders } from './cdc-orders.ts';
import { countPerUser } from './count-per-user.ts';
import { countPerUserAndHour } from './count-per-user-and-hour.ts';
import { cumulatingWindows } from './cumulating-windows.ts';
import { databaseVersions } from './database-versions.ts';
import { dynamicFunction } from './dynamic-function.ts';
import { epochAndZone } from './epoch-and-zone.ts';
import { filter } from './filter.ts';
import { growingState } from './growing-state.ts';
import { hoppingWindows } from './hopping-windows.ts';
import { idlePartition } from './idle-partition.ts';
import { intervalJoin } from './interval-join.ts';
import { lastWindow } from './last-window.ts';
import { lateRow } from './late-row.ts';
import { latestOnly } from './latest-only.ts';
import { leftJoinFlicker } from './left-join-flicker.ts';
import { lookupJoin } from './lookup-join.ts';
import { lookupWithoutKey } from './lookup-without-key.ts';
import { miniBatch } from './mini-batch.ts';
import { nonDeterministicUpdate } from './non-deterministic-update.ts';
import { processingTimeWindow } from './processing-time-window.ts';
import { rankOfAll } from './rank-of-all.ts';
import type { Scenario } from './scenario.ts';
import { sessionMerge } from './session-merge.ts';
import { silentTemporalJoin } from './silent-temporal-join.ts';
import { slowerInput } from './slower-input.ts';
import { snapshot } from './snapshot.ts';
import { stateTtl } from './state-ttl.ts';
import { statelessStateful } from './stateless-stateful.ts';
import { tableFunction } from './table-function.ts';
import { temporalJoin } from './temporal-join.ts';
import { threeSinks } from './three-sinks.ts';
import { timeAttributeLost } from './time-attribute-lost.ts';
import { twoKindsOfDay } from './two-kinds-of-day.ts';
import { unnest } from './unnest.ts';
import { versionedView } from './versioned-view.ts';
import { viewMaintenance } from './view-maintenance.ts';
import { watermarkStrategies } from './watermark-strategies.ts';
import { wrongVersion } from './wrong-version.ts';

/** All scenarios, in teaching order. The first one is what a first visit shows. */
export const SCENARIOS: readonly Scenario[] = [
  countPerUser,
  appendOnly,
  filter,
  viewMaintenance,
  snapshot,
  threeSinks,
  appendSink,
  anotherKey,
  cdcOrders,
  statelessStateful,
  growingState,
  stateTtl,
  miniBatch,
  rankOfAll,
  countPerUserAndHour,
  lateRow,
  watermarkStrategies,
  hoppingWindows,
  cumulatingWindows,
  sessionMerge,
  lastWindow,
  idlePartition,
  slowerInput,
  timeAttributeLost,
  epochAndZone,
  twoKindsOfDay,
  processingTimeWindow,
  askedTwice,
  dynamicFunction,
  arrivalOrder,
  leftJoinFlicker,
  intervalJoin,
  versionedView,
  databaseVersions,
  temporalJoin,
  silentTemporalJoin,
  latestOnly,
  wrongVersion,
  lookupJoin,
  lookupWithoutKey,
  nonDeterministicUpdate,
  unnest,
  tableFunction,
];
