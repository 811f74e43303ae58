import { expect, test } from 'vitest';
import { Newest } from './newest.ts';

test('of questions that come while one is answered, only the newest is asked', async () => {
  const newest = new Newest();
  const asked: string[] = [];
  const gates: (() => void)[] = [];
  const ask = (name: string): Promise<string | null> =>
    newest.do(async () => {
      asked.push(name);
      await new Promise<void>((resolve) => gates.push(resolve));
      return name;
    });
  const answers = ['a', 'b', 'c', 'd'].map(ask);
  await Promise.resolve();
  gates[0]?.();
  await answers[0];
  await answers[1];
  await Promise.resolve();
  gates[1]?.();
  expect(await Promise.all(answers)).toEqual(['a', null, null, 'd']);
  expect(asked).toEqual(['a', 'd']);
});

test('a question that fails does not block the next', async () => {
  const newest = new Newest();
  await expect(newest.do(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await newest.do(() => Promise.resolve(1))).toBe(1);
});
