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
import type { Scenario, Words } from './scenario.ts';
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

/** A chapter of the list of scenarios. */
export interface Chapter {
  readonly id: string;
  readonly title: Words;
  readonly scenarios: readonly Scenario[];
}

/** All scenarios, in teaching order, by what they are about. */
export const CHAPTERS: readonly Chapter[] = [
  {
    id: 'tables',
    title: { en: 'Tables that change', zh: '变化的表' },
    scenarios: [countPerUser, appendOnly, filter, viewMaintenance, snapshot],
  },
  {
    id: 'changelogs',
    title: { en: 'Changelogs and sinks', zh: '变更日志与 Sink' },
    scenarios: [threeSinks, appendSink, anotherKey, cdcOrders],
  },
  {
    id: 'state',
    title: { en: 'State', zh: '状态' },
    scenarios: [statelessStateful, growingState, stateTtl, miniBatch, rankOfAll],
  },
  {
    id: 'windows',
    title: { en: 'Windows and late rows', zh: '窗口与迟到的行' },
    scenarios: [countPerUserAndHour, lateRow, hoppingWindows, cumulatingWindows, sessionMerge, lastWindow],
  },
  {
    id: 'time',
    title: { en: 'Watermarks and time attributes', zh: '水位线与时间属性' },
    scenarios: [
      watermarkStrategies,
      idlePartition,
      slowerInput,
      timeAttributeLost,
      epochAndZone,
      twoKindsOfDay,
      processingTimeWindow,
    ],
  },
  {
    id: 'determinism',
    title: { en: 'The same question, another answer', zh: '同样的问题，不同的答案' },
    scenarios: [askedTwice, dynamicFunction, arrivalOrder, nonDeterministicUpdate],
  },
  {
    id: 'joins',
    title: { en: 'Joins', zh: '连接' },
    scenarios: [leftJoinFlicker, intervalJoin, unnest, tableFunction],
  },
  {
    id: 'versions',
    title: { en: 'Versions and lookups', zh: '版本与维表查询' },
    scenarios: [
      versionedView,
      databaseVersions,
      temporalJoin,
      silentTemporalJoin,
      latestOnly,
      wrongVersion,
      lookupJoin,
      lookupWithoutKey,
    ],
  },
];

/** All scenarios. The first one is what a first visit shows. */
export const SCENARIOS: readonly Scenario[] = CHAPTERS.flatMap(({ scenarios }) => scenarios);
