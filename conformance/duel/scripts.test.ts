import { expect, test } from 'vitest';
import { Random } from '../../src/engine/base/random.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import { parseStatement } from '../../src/engine/sql/read-sql.ts';
import type { Recorded } from '../suite/compare.ts';
import { answer } from '../suite/score.ts';
import { changelogTopic } from './changelogs.ts';
import { Duel } from './duel.ts';
import { joinTopic } from './joins.ts';
import type { ScriptDraft } from './scripts.ts';
import { timeTopic } from './time.ts';

const draftsOf = (topic: typeof joinTopic, seed: number, count: number): ScriptDraft[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => topic.make(random));
};
const ours = (given: Case): Recorded =>
  answer({ case: given, truth: { id: given.id, steps: [], watermarks: [] } });

/** What is wrong with a case's changelogs: a row that goes without having come, or a key that comes twice. */
function inconsistencies({ statements, timeline = [] }: Case): string[] {
  const wrong: string[] = [];
  for (const statement of statements) {
    const name = /^CREATE TABLE (t\d+)/.exec(statement)?.[1];
    if (!name) continue;
    const key = /PRIMARY KEY \(([^)]*)\)/.exec(statement)?.[1]?.split(', ');
    const isUpsert = statement.includes("'I,UA,D'");
    const rows: string[] = [];
    for (const entry of timeline) {
      if (!('row' in entry) || entry.table !== name) continue;
      const { kind = '+I', row } = entry;
      const text = JSON.stringify(key ? key.map((column) => row[column]) : row);
      const at = rows.indexOf(text);
      if (kind === '-D' || kind === '-U' || (kind === '+U' && isUpsert)) {
        if (at < 0) wrong.push(`${kind} ${text}`);
        else rows.splice(at, 1);
      } else if (key && at >= 0) wrong.push(`${kind} ${text}`);
      if (kind.startsWith('+')) rows.push(text);
    }
  }
  return wrong;
}

for (const topic of [changelogTopic, timeTopic, joinTopic]) {
  test(`${topic.name}: the same seed makes the same cases`, () => {
    const render = (seed: number): string =>
      JSON.stringify(draftsOf(topic, seed, 5).map((draft) => topic.render(draft, 'x')));
    expect(render(7)).toBe(render(7));
    expect(render(7)).not.toBe(render(8));
  });

  test(`${topic.name}: every script, and every smaller one, is one that the parser takes, with changelogs that hold together`, () => {
    for (const draft of draftsOf(topic, 3, 30)) {
      for (const one of [draft, ...topic.smaller(draft)]) {
        const given = topic.render(one, 'x');
        expect(given.statements.filter((sql) => 'diagnostic' in parseStatement(sql))).toEqual([]);
        expect(inconsistencies(given)).toEqual([]);
      }
    }
  });

  test(`${topic.name}: nearly every script runs`, () => {
    const cases = draftsOf(topic, 5, 200).map((draft, i) => topic.render(draft, `${i}`));
    const errors = cases.flatMap((given) => {
      const { error } = ours(given);
      return error ? [`${error.phase}: ${error.chain.at(-1)}\n${given.statements.at(-1)}`] : [];
    });
    if (process.env['SHOW']) console.log(errors.join('\n'));
    expect(errors.filter((text) => text.startsWith('internal'))).toEqual([]);
    expect(errors.length / cases.length).toBeLessThan(0.25);
  });

  test(`${topic.name}: a difference is shrunk to few changes`, async () => {
    const flink = {
      stop: () => {},
      ask: (given: Case): Promise<Recorded> => {
        const right = ours(given);
        return Promise.resolve(given.timeline!.length > 0 ? { ...right, steps: [] } : right);
      },
    };
    const { differences } = await new Duel(topic, flink, []).run(5, 3);
    expect(differences).toHaveLength(3);
    for (const { case: given } of differences) expect(given.timeline!.length).toBeLessThan(12);
  });
}
