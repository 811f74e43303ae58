import type { Scenario } from '../../src/content/scenarios/scenario.ts';
import type { Case, TimelineEntry } from '../../src/engine/script/answer-case.ts';
import { parseScript } from '../../src/engine/sql/read-sql.ts';

/**
 * A scenario as a case that a real Flink can be asked: its events in order of arrival, with pauses only where the scenario says that the clock matters
 * (then real milliseconds, 5 seconds in all at most).
 */
export function scenarioCase(scenario: Scenario): Case {
  const timeline: TimelineEntry[] = [];
  let clockMs = 0;
  let pausedMs = 0;
  for (const event of scenario.events) {
    const waitMs = event.atMs - clockMs;
    if (scenario.clockMatters && waitMs > 0) {
      pausedMs += waitMs;
      timeline.push({ pause: waitMs });
    }
    clockMs = event.atMs;
    const { table, kind, partition, closes, row } = event;
    timeline.push({
      table,
      ...(kind ? { kind } : {}),
      ...(partition === undefined ? {} : { partition }),
      ...(closes ? { closes } : { row }),
    });
  }
  if (scenario.clockMatters && scenario.endMs !== undefined && scenario.endMs > clockMs) {
    pausedMs += scenario.endMs - clockMs;
    timeline.push({ pause: scenario.endMs - clockMs });
  }
  if (pausedMs > 5000)
    throw new Error(`scenario ${scenario.id} pauses for ${pausedMs} ms; at most 5,000 are allowed`);
  return {
    id: `scenarios/${scenario.id}`,
    ...(Object.keys(scenario.config).length > 0 ? { config: scenario.config } : {}),
    statements: statementsOf(scenario.sql),
    timeline,
  };
}

/** The script that Flink refuses, of each scenario that has one, as a case. */
export function refusedCases(scenarios: readonly Scenario[]): Case[] {
  return scenarios.flatMap(({ id, refused, config }) =>
    refused === undefined
      ? []
      : [
          {
            id: `scenarios/${id}-refused`,
            ...(Object.keys(config).length > 0 ? { config } : {}),
            statements: statementsOf(refused),
          },
        ],
  );
}

function statementsOf(sql: string): string[] {
  return parseScript(sql).parts.map(({ span }) => sql.slice(span.start, span.end));
}
