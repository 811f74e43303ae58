import { cdcOrders } from './cdc-orders.ts';
import { countPerUser } from './count-per-user.ts';
import { countPerUserAndHour } from './count-per-user-and-hour.ts';
import { filter } from './filter.ts';
import { lateRow } from './late-row.ts';
import type { Scenario } from './scenario.ts';

/** All scenarios, in teaching order. The first one is what a first visit shows. */
export const SCENARIOS: readonly Scenario[] = [countPerUser, filter, countPerUserAndHour, lateRow, cdcOrders];
