import { appendOnly } from './append-only.ts';
import { cdcOrders } from './cdc-orders.ts';
import { countPerUser } from './count-per-user.ts';
import { countPerUserAndHour } from './count-per-user-and-hour.ts';
import { cumulatingWindows } from './cumulating-windows.ts';
import { epochAndZone } from './epoch-and-zone.ts';
import { filter } from './filter.ts';
import { growingState } from './growing-state.ts';
import { hoppingWindows } from './hopping-windows.ts';
import { idlePartition } from './idle-partition.ts';
import { intervalJoin } from './interval-join.ts';
import { lateRow } from './late-row.ts';
import { leftJoinFlicker } from './left-join-flicker.ts';
import { lookupJoin } from './lookup-join.ts';
import { miniBatch } from './mini-batch.ts';
import { rankOfAll } from './rank-of-all.ts';
import type { Scenario } from './scenario.ts';
import { sessionMerge } from './session-merge.ts';
import { slowerInput } from './slower-input.ts';
import { stateTtl } from './state-ttl.ts';
import { statelessStateful } from './stateless-stateful.ts';
import { temporalJoin } from './temporal-join.ts';
import { threeSinks } from './three-sinks.ts';
import { unnest } from './unnest.ts';
import { versionedView } from './versioned-view.ts';
import { viewMaintenance } from './view-maintenance.ts';

/** All scenarios, in teaching order. The first one is what a first visit shows. */
export const SCENARIOS: readonly Scenario[] = [
  countPerUser,
  appendOnly,
  filter,
  viewMaintenance,
  threeSinks,
  cdcOrders,
  statelessStateful,
  growingState,
  stateTtl,
  miniBatch,
  rankOfAll,
  countPerUserAndHour,
  lateRow,
  hoppingWindows,
  cumulatingWindows,
  sessionMerge,
  idlePartition,
  slowerInput,
  epochAndZone,
  leftJoinFlicker,
  intervalJoin,
  versionedView,
  temporalJoin,
  lookupJoin,
  unnest,
];
