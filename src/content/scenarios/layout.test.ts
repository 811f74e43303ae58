import { expect, test } from 'vitest';
import { createEngine } from '../../engine/engine.ts';
import { SCENARIOS } from './index.ts';

const engine = createEngine({ clockMs: () => 0, canGenerate: false });

test.each(SCENARIOS.map(({ id, sql }) => [id, sql] as const))(
  '%s is written as the editor lays it out',
  (_id, sql) => {
    expect(engine.format(sql)).toBe(sql);
  },
);
