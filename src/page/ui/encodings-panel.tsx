import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { KindTag } from '../pictures/glyph.tsx';
import { ENCODINGS, encodings, type Message } from '../view-model/encodings.ts';
import tableStyles from './data-table.module.css';
import styles from './encodings-panel.module.css';
import { type Moment, useMoment } from './use-moment.ts';

const CHANGES_MAX = 100;

/** The same changelog as append, retract and upsert messages, side by side. */
export function EncodingsPanel() {
  const { t } = useTranslation();
  const moment = useMoment();
  if (!moment || moment.run.sinks.length === 0)
    return <p className={tableStyles['empty']}>{t('log.empty')}</p>;
  return (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={tableStyles['scroll']} tabIndex={0} role="region" aria-label={t('pane.encodings')}>
      {moment.run.sinks.map(({ name }, sink) => (
        <SinkEncodings key={name} moment={moment} sink={sink} hasName={moment.run.sinks.length > 1} />
      ))}
    </div>
  );
}

interface SinkEncodingsProps {
  readonly moment: Moment;
  readonly sink: number;
  readonly hasName: boolean;
}

function SinkEncodings({ moment, sink, hasName }: SinkEncodingsProps) {
  const { t } = useTranslation();
  const { index, position } = moment;
  const view = useMemo(() => encodings(index, sink, position, CHANGES_MAX), [index, sink, position]);
  const name = moment.run.sinks[sink]?.name;
  return (
    <table className={tableStyles['table']} data-encodings={name}>
      {hasName && <caption className={styles['caption']}>{name}</caption>}
      <thead>
        <tr>
          <th scope="col">{t('log.kind')}</th>
          {ENCODINGS.map((encoding) => {
            const why = view.impossible[encoding];
            return (
              <th
                key={encoding}
                scope="col"
                className={styles['head']}
                data-encoding={encoding}
                data-impossible={why ?? undefined}
                data-count={view.counts[encoding]}
              >
                {t(`encodings.${encoding}`)}
                <span>
                  {why === null
                    ? t('encodings.messages', { count: view.counts[encoding] })
                    : t(`encodings.${why}`)}
                </span>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {view.changes.map(({ change, step, kind, messages }) => (
          <tr key={change} className={tableStyles['row']} data-now={step === position - 1}>
            <th scope="row" className={tableStyles['kindCell']}>
              <KindTag kind={kind} words={t(`kind.${kind}`)} />
            </th>
            {ENCODINGS.map((encoding) => (
              <td key={encoding} data-impossible={view.impossible[encoding] ?? undefined}>
                <MessageText message={messages[encoding]} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SIGNS: Record<Message['sign'], string> = { add: '+', retract: '−', upsert: '=', delete: '✕' };

function MessageText({ message }: { readonly message: Message | null }) {
  const { t } = useTranslation();
  if (message === null) return null;
  return (
    <span className={styles['message']} data-sign={message.sign}>
      <b
        aria-label={t(`encodings.sign.${message.sign}`)}
        role="img"
        title={t(`encodings.sign.${message.sign}`)}
      >
        {SIGNS[message.sign]}
      </b>{' '}
      {message.cells.map((cell) => cell ?? 'NULL').join(', ')}
    </span>
  );
}
