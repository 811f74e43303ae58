import type { LogicalAggregate, LogicalNode } from '../../plan/logical.ts';
import { uniquifyFields } from '../../plan/relation-tools.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { STRING, withNullable } from '../../types/logical-type.ts';
import { mapInputs } from './logical-tools.ts';

/** Makes JSON of what JSON aggregates collect, in the projection below them (Flink's WrapJsonAggFunctionArgumentsRule). */
export function wrapJsonArguments(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, wrapJsonArguments);
  return n.kind === 'Aggregate' && n.calls.some(isJson) ? wrapped(n) : n;
}

const isJson = ({ name }: LogicalAggregate['calls'][number]): boolean => name.startsWith('JSON_');

function wrapped(n: LogicalAggregate): LogicalNode {
  const { input } = n;
  const exprs = input.kind === 'Project' ? input.exprs : input.fields.map((f, i) => ref(i, f.type));
  const collected = new Set(n.calls.filter(isJson).map(({ args }) => args.at(-1)!));
  const places = [...collected].sort((a, b) => a - b);
  const all = [...exprs, ...places.map((at) => jsonString(exprs[at]!))];
  const added = places.map((_, i) => ({
    name: `$f${exprs.length + i}`,
    type: all[exprs.length + i]!.type,
  }));
  const placeOf = (at: number): number => exprs.length + places.indexOf(at);
  return {
    ...n,
    input: {
      kind: 'Project',
      input: input.kind === 'Project' ? input.input : input,
      exprs: all,
      fields: uniquifyFields([...input.fields, ...added]),
    },
    calls: n.calls.map((c) =>
      isJson(c) ? { ...c, args: [...c.args.slice(0, -1), placeOf(c.args.at(-1)!)] } : c,
    ),
  };
}

const jsonString = (rex: Rex): Rex => call('JSON_STRING', [rex], withNullable(STRING, rex.type.nullable));
