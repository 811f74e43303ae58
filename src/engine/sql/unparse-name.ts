import type { Identifier, Name, TypeField, TypeName } from './ast.ts';
import { qualifierText } from './parse-literal.ts';
import { needsBackticks } from './reserved.ts';

/** Names, strings and types back to text. */

/** `'it''s'`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name, in backticks where it needs them. */
export function identifier({ name, quoted: inBackticks }: Identifier): string {
  return inBackticks || needsBackticks(name) ? backticked(name) : name;
}

export function backticked(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function unparseName({ parts }: Name): string {
  return dotted(parts);
}

export function dotted(parts: readonly Identifier[]): string {
  return parts.map(identifier).join('.');
}

/** The text of a type, with its NOT NULL. */
export function unparseType(type: TypeName): string {
  const nullability = type.notNull === null ? '' : type.notNull ? ' NOT NULL' : ' NULL';
  return typeBody(type) + nullability;
}

function typeBody({ name, args, elements, fields, interval: qualifier, strings }: TypeName): string {
  switch (name) {
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
      return `${name}<${elements.map(unparseType).join(', ')}>`;
    case 'ROW':
      return `ROW<${fields.map(typeField).join(', ')}>`;
    case 'STRUCTURED':
      return `STRUCTURED<${[...strings.map(quoted), ...fields.map(typeField)].join(', ')}>`;
    case 'RAW':
      return `RAW(${strings.map(quoted).join(', ')})`;
    case 'INTERVAL':
      return qualifier === null ? name : `INTERVAL ${qualifierText(qualifier)}`;
    case 'TIME_LTZ':
      return `TIME${numbers(args)} WITH LOCAL TIME ZONE`;
    default:
      return name + numbers(args);
  }
}

function numbers(args: readonly number[]): string {
  return args.length === 0 ? '' : `(${args.join(', ')})`;
}

function typeField({ name, type, comment }: TypeField): string {
  return `${identifier(name)} ${unparseType(type)}${comment === null ? '' : ` ${quoted(comment)}`}`;
}
