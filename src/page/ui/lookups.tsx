import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clockMsOf } from '../../engine/engine-api.ts';
import { KindTag } from '../pictures/glyph.tsx';
import { durationText } from '../view-model/format.ts';
import type { Cells } from '../view-model/join-view.ts';
import { type LookupMoment, lookupView } from '../view-model/lookup-view.ts';
import tableStyles from './data-table.module.css';
import styles from './join-panel.module.css';
import type { JoinPictureProps } from './join-panel.tsx';

const MOMENTS_MAX = 60;

const rowText = (cells: Cells): string => cells.map((cell) => cell ?? 'NULL').join(', ');

/** The stream on one side, the database on the other: what was asked, and what stood there at that moment. */
export function Lookups({ moment, operator, names }: JoinPictureProps) {
  const { t } = useTranslation();
  const { index, position, run, document } = moment;
  const moments = useMemo(
    () => lookupView(index, operator, position, MOMENTS_MAX),
    [index, operator, position],
  );
  if (moments.length === 0) return <p className={tableStyles['empty']}>{t('join.noLookups')}</p>;
  return (
    <table className={styles['lookups']}>
      <caption>{t('join.lookups', { table: names[1] })}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">
            {t('join.stream')} {names[0]}
          </th>
          <td />
          <th scope="col">
            {t('join.database')} {names[1]}
          </th>
        </tr>
      </thead>
      <tbody>
        {moments.map((each, place) => (
          // Moments are only ever added in front.
          <Moment
            key={moments.length - place}
            moment={each}
            isNow={each.step === position - 1}
            at={durationText(clockMsOf(run.steps, each.step) - document.startMs)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface MomentProps {
  readonly moment: LookupMoment;
  readonly isNow: boolean;
  readonly at: string;
}

function Moment({ moment, isNow, at }: MomentProps) {
  const { t } = useTranslation();
  const { kind, cells } = moment;
  const tag = <KindTag kind={kind} words={t(`kind.${kind}`)} />;
  if (moment.what === 'change')
    return (
      <tr className={tableStyles['row']} data-lookup="change" data-now={isNow}>
        <td>{at}</td>
        <td />
        <td />
        <td>
          {tag} {rowText(cells)}
        </td>
      </tr>
    );
  return (
    <tr className={tableStyles['row']} data-lookup="ask" data-now={isNow} data-changed={moment.hasChanged}>
      <td>{at}</td>
      <td>
        {tag} {rowText(cells)}
      </td>
      <td className={styles['arrows']}>
        <span data-arrow="out">{t('join.asks', { key: rowText(moment.key) })}</span>
        <span data-arrow="back">
          {moment.found.length > 0
            ? t('join.answers', { row: moment.found.map(rowText).join('; ') })
            : t('join.nothing')}
        </span>
      </td>
      <td>
        {moment.found.map((row) => (
          <span key={rowText(row)} className={styles['found']}>
            {rowText(row)}
          </span>
        ))}
        {moment.hasChanged && (
          <small>
            {moment.now.length > 0
              ? t('join.now', { row: moment.now.map(rowText).join('; ') })
              : t('join.nowNothing')}
          </small>
        )}
      </td>
    </tr>
  );
}
