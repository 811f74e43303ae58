import styles from './data-table.module.css';

interface DataCellProps {
  readonly value: string | null;
  readonly isNumeric: boolean;
  /** What it said before this step, if it changed in it. */
  readonly before?: string | null | undefined;
}

/** A longer value may be cut off by its column. */
const LONG_VALUE = 40;

/** A value of a row, as Flink prints it. */
export function DataCell({ value, isNumeric, before }: DataCellProps) {
  const hasChanged = before !== undefined && before !== value;
  return (
    <td
      className={isNumeric ? styles['number'] : undefined}
      title={value !== null && value.length > LONG_VALUE ? value : undefined}
      data-changed={hasChanged || undefined}
      data-before={hasChanged ? (before ?? 'NULL') : undefined}
    >
      {value === null ? (
        <span className={styles['null']} data-null>
          NULL
        </span>
      ) : (
        value
      )}
    </td>
  );
}
