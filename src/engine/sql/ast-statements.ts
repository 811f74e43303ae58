import type { Span } from '../base/span.ts';
import type {
  CreateTable,
  Expression,
  Identifier,
  Insert,
  Name,
  Option,
  Query,
  Statement,
  StatementSet,
  TableElement,
  TableRef,
} from './ast.ts';

/**
 * The statements of Flink SQL that `ast.ts` does not spell out. The same rules hold: names as written, every node with
 * its span, `parse ∘ unparse` is the identity but for spans.
 */
interface Node {
  readonly span: Span;
}

// ---------------------------------------------------------------- shared pieces

/** `PARTITION (dt = '2024-01-01', hh)`: a value of null where only the name was written. */
export type PartitionSpec = Insert['partition'];
/** `LIKE 'a%'` behind a SHOW; `ILIKE` is case-insensitive. */
export interface LikeFilter extends Node {
  readonly not: boolean;
  readonly operator: 'LIKE' | 'ILIKE';
  readonly pattern: string;
}
/** `USING JAR 'a', JAR 'b'` of CREATE FUNCTION: one of the paths. */
export interface Resource extends Node {
  readonly path: string;
}
/** A key of `RESET ('k')`. */
export interface OptionKey extends Node {
  readonly key: string;
}

// ---------------------------------------------------------------- CREATE

export interface CreateCatalog extends Node {
  readonly kind: 'CreateCatalog';
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment: string | null;
  readonly options: readonly Option[];
}
export interface CreateDatabase extends Node {
  readonly kind: 'CreateDatabase';
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly comment: string | null;
  readonly options: readonly Option[];
}
export interface CreateFunction extends Node {
  readonly kind: 'CreateFunction';
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly className: string;
  readonly language: FunctionLanguage | null;
  readonly resources: readonly Resource[];
  readonly options: readonly Option[];
}
export type FunctionLanguage = 'JAVA' | 'SCALA' | 'SQL' | 'PYTHON';
export interface CreateModel extends Node {
  readonly kind: 'CreateModel';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: Name;
  readonly input: readonly TableElement[];
  readonly output: readonly TableElement[];
  readonly comment: string | null;
  readonly options: readonly Option[];
  readonly query: Query | null;
}
export interface CreateMaterializedTable extends Node {
  readonly kind: 'CreateMaterializedTable';
  readonly temporary: boolean;
  readonly name: Name;
  readonly elements: readonly TableElement[];
  readonly comment: string | null;
  readonly distribution: CreateTable['distribution'];
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly Option[];
  /** The interval behind FRESHNESS =. */
  readonly freshness: Expression | null;
  readonly refreshMode: 'FULL' | 'CONTINUOUS' | null;
  readonly query: Query;
}

// ---------------------------------------------------------------- DROP

export interface Drop extends Node {
  readonly kind: 'Drop';
  readonly object: 'TABLE' | 'VIEW' | 'MATERIALIZED TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL';
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: Name;
  /** RESTRICT or CASCADE of DROP DATABASE; null where neither was written. */
  readonly behavior: 'RESTRICT' | 'CASCADE' | null;
}

// ---------------------------------------------------------------- ALTER

export interface AlterTable extends Node {
  readonly kind: 'AlterTable';
  readonly ifExists: boolean;
  readonly name: Name;
  readonly action: AlterTableAction;
}
export type AlterTableAction =
  /** `parenthesised` tells `ADD (a INT)` from `ADD a INT`. */
  | {
      readonly kind: 'Add' | 'Modify';
      readonly elements: readonly TableElement[];
      readonly distribution: CreateTable['distribution'];
      readonly parenthesised: boolean;
    }
  | {
      readonly kind: 'AddPartitions';
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly options: readonly Option[] }[];
    }
  | {
      readonly kind: 'DropPartitions';
      readonly ifExists: boolean;
      readonly partitions: readonly PartitionSpec[];
    }
  | { readonly kind: 'DropColumns'; readonly columns: readonly Name[]; readonly parenthesised: boolean }
  | { readonly kind: 'DropPrimaryKey' }
  | { readonly kind: 'DropConstraint'; readonly constraint: Identifier }
  | { readonly kind: 'DropWatermark' }
  | { readonly kind: 'DropDistribution' }
  | { readonly kind: 'Rename'; readonly to: Name }
  | { readonly kind: 'RenameColumn'; readonly from: Name; readonly to: Name }
  | { readonly kind: 'SetOptions'; readonly options: readonly Option[] }
  | { readonly kind: 'ResetOptions'; readonly keys: readonly OptionKey[] };

export interface AlterView extends Node {
  readonly kind: 'AlterView';
  readonly name: Name;
  readonly action:
    | { readonly kind: 'Rename'; readonly to: Name }
    | { readonly kind: 'As'; readonly query: Query };
}
export interface AlterDatabase extends Node {
  readonly kind: 'AlterDatabase';
  readonly name: Name;
  readonly options: readonly Option[];
}
export interface AlterCatalog extends Node {
  readonly kind: 'AlterCatalog';
  readonly name: Identifier;
  readonly action:
    | { readonly kind: 'SetOptions'; readonly options: readonly Option[] }
    | { readonly kind: 'ResetOptions'; readonly keys: readonly OptionKey[] }
    | { readonly kind: 'Comment'; readonly comment: string };
}
export interface AlterFunction extends Node {
  readonly kind: 'AlterFunction';
  readonly temporary: boolean;
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: Name;
  readonly className: string;
  readonly language: FunctionLanguage | null;
}
export interface AlterModel extends Node {
  readonly kind: 'AlterModel';
  readonly ifExists: boolean;
  readonly name: Name;
  readonly action:
    | { readonly kind: 'Rename'; readonly to: Name }
    | { readonly kind: 'SetOptions'; readonly options: readonly Option[] }
    | { readonly kind: 'ResetOptions'; readonly keys: readonly OptionKey[] };
}
export interface AlterMaterializedTable extends Node {
  readonly kind: 'AlterMaterializedTable';
  readonly name: Name;
  readonly action:
    | { readonly kind: 'Suspend' }
    | { readonly kind: 'Resume'; readonly options: readonly Option[] }
    | { readonly kind: 'Refresh'; readonly partition: PartitionSpec }
    | { readonly kind: 'SetOptions'; readonly options: readonly Option[] }
    | { readonly kind: 'ResetOptions'; readonly keys: readonly OptionKey[] }
    | { readonly kind: 'SetFreshness'; readonly freshness: Expression }
    | { readonly kind: 'SetRefreshMode'; readonly refreshMode: 'FULL' | 'CONTINUOUS' }
    | { readonly kind: 'As'; readonly query: Query }
    | {
        readonly kind: 'AddDistribution' | 'ModifyDistribution';
        readonly distribution: NonNullable<CreateTable['distribution']>;
      }
    | { readonly kind: 'DropDistribution' };
}

// ---------------------------------------------------------------- SHOW, DESCRIBE, USE

export interface Show extends Node {
  readonly kind: 'Show';
  readonly what:
    | 'CATALOGS'
    | 'CURRENT CATALOG'
    | 'DATABASES'
    | 'CURRENT DATABASE'
    | 'TABLES'
    | 'VIEWS'
    | 'MATERIALIZED TABLES'
    | 'COLUMNS'
    | 'FUNCTIONS'
    | 'USER FUNCTIONS'
    | 'PROCEDURES'
    | 'MODULES'
    | 'FULL MODULES'
    | 'MODELS'
    | 'PARTITIONS'
    | 'JARS'
    | 'JOBS';
  /** FROM or IN and the name behind it. */
  readonly scope: { readonly preposition: 'FROM' | 'IN'; readonly name: Name } | null;
  readonly like: LikeFilter | null;
  /** The table of SHOW PARTITIONS. */
  readonly table: Name | null;
  readonly partition: PartitionSpec;
}
export interface ShowCreate extends Node {
  readonly kind: 'ShowCreate';
  readonly object: 'TABLE' | 'VIEW' | 'CATALOG' | 'MODEL' | 'MATERIALIZED TABLE';
  readonly name: Name;
}
export interface Describe extends Node {
  readonly kind: 'Describe';
  /** TABLE for a bare name. */
  readonly object: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL' | 'JOB';
  readonly extended: boolean;
  /** null for DESCRIBE JOB. */
  readonly name: Name | null;
  /** The id of DESCRIBE JOB. */
  readonly job: string | null;
}
/** `USE db` or `USE cat.db`. */
export interface UseDatabase extends Node {
  readonly kind: 'UseDatabase';
  readonly name: Name;
}
export interface UseCatalog extends Node {
  readonly kind: 'UseCatalog';
  readonly name: Identifier;
}
export interface UseModules extends Node {
  readonly kind: 'UseModules';
  readonly modules: readonly Identifier[];
}
export interface LoadModule extends Node {
  readonly kind: 'LoadModule';
  readonly name: Identifier;
  readonly options: readonly Option[];
}
export interface UnloadModule extends Node {
  readonly kind: 'UnloadModule';
  readonly name: Identifier;
}

// ---------------------------------------------------------------- changing rows

export interface Update extends Node {
  readonly kind: 'Update';
  readonly table: Name;
  readonly alias: Identifier | null;
  readonly assignments: readonly { readonly column: Name; readonly value: Expression; readonly span: Span }[];
  readonly where: Expression | null;
}
/** `MERGE INTO t USING s ON … WHEN …`: parsed for what is wrong with it; nothing can carry it out. */
export interface Merge extends Node {
  readonly kind: 'Merge';
  readonly table: Name;
  readonly alias: Identifier | null;
  readonly using: TableRef;
  readonly on: Expression;
  readonly update: Update['assignments'] | null;
  readonly insert: {
    readonly columns: readonly Identifier[] | null;
    readonly values: readonly Expression[];
  } | null;
}
export interface Delete extends Node {
  readonly kind: 'Delete';
  readonly table: Name;
  readonly alias: Identifier | null;
  readonly where: Expression | null;
}
export interface Truncate extends Node {
  readonly kind: 'Truncate';
  readonly table: Name;
}
/** `CALL cat.db.procedure(args)`. */
export interface CallProcedure extends Node {
  readonly kind: 'CallProcedure';
  readonly name: Name;
  readonly args: readonly Expression[];
}
export interface Analyze extends Node {
  readonly kind: 'Analyze';
  readonly table: Name;
  readonly partition: PartitionSpec;
  /** `FOR COLUMNS a, b`, `FOR ALL COLUMNS`, or nothing. */
  readonly columns: readonly Identifier[] | 'ALL' | null;
}

// ---------------------------------------------------------------- plans, jars, jobs

export interface CompilePlan extends Node {
  readonly kind: 'CompilePlan';
  readonly path: string;
  readonly ifNotExists: boolean;
  /** An Insert or a StatementSet. */
  readonly statement: Insert | StatementSet;
  /** COMPILE AND EXECUTE PLAN. */
  readonly execute: boolean;
}
/** `EXECUTE PLAN 'path'`. */
export interface ExecutePlan extends Node {
  readonly kind: 'ExecutePlan';
  readonly path: string;
}
/** `EXECUTE INSERT …` and `EXECUTE SELECT …`: the same as the statement alone. */
export interface Execute extends Node {
  readonly kind: 'Execute';
  readonly statement: Statement;
}
export interface AddJar extends Node {
  readonly kind: 'AddJar';
  readonly path: string;
}
export interface RemoveJar extends Node {
  readonly kind: 'RemoveJar';
  readonly path: string;
}
export interface StopJob extends Node {
  readonly kind: 'StopJob';
  readonly job: string;
  readonly withSavepoint: boolean;
  readonly withDrain: boolean;
}
/** `BEGIN STATEMENT SET` alone, as a SQL client sends it line by line. */
export interface BeginStatementSet extends Node {
  readonly kind: 'BeginStatementSet';
}
/** `END` alone, the close of a statement set sent line by line. */
export interface EndStatementSet extends Node {
  readonly kind: 'EndStatementSet';
}
/** `QUIT`, `EXIT`, `CLEAR`, `HELP`: commands of the SQL client, for scripts that carry them. */
export interface ClientCommand extends Node {
  readonly kind: 'ClientCommand';
  readonly command: 'QUIT' | 'EXIT' | 'CLEAR' | 'HELP';
}

/** All of them. @public used through a type import in `ast.ts` */
export type OtherStatement =
  | CreateCatalog
  | CreateDatabase
  | CreateFunction
  | CreateModel
  | CreateMaterializedTable
  | Drop
  | AlterTable
  | AlterView
  | AlterDatabase
  | AlterCatalog
  | AlterFunction
  | AlterModel
  | AlterMaterializedTable
  | Show
  | ShowCreate
  | Describe
  | UseDatabase
  | UseCatalog
  | UseModules
  | LoadModule
  | UnloadModule
  | Update
  | Merge
  | Delete
  | Truncate
  | CallProcedure
  | Analyze
  | CompilePlan
  | ExecutePlan
  | Execute
  | AddJar
  | RemoveJar
  | StopJob
  | BeginStatementSet
  | EndStatementSet
  | ClientCommand;
