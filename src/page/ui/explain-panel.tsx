import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import { Button } from './controls/button.tsx';
import styles from './explain-panel.module.css';

/** The plan in Flink's own text. */
export function ExplainPanel() {
  const { t } = useTranslation();
  const explains = useStore((facts) => facts.result?.run.explains);
  const [copied, setCopied] = useState(-1);
  if (!explains || explains.length === 0) return <p className={styles['empty']}>{t('explain.empty')}</p>;
  const copy = async (text: string, place: number): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(place);
  };
  return (
    <div className={styles['explain']}>
      {explains.map(({ span, text, advice, leftOut }, place) => (
        <section key={span.start}>
          <div className={styles['head']}>
            <span>{explains.length > 1 && t('explain.query', { number: place + 1 })}</span>
            <Button onPress={() => void copy(text, place).catch(() => {})}>
              <Copy size={13} /> {copied === place ? t('explain.copied') : t('explain.copy')}
            </Button>
          </div>
          {/* Wider than its pane as a rule, so it scrolls, and so it has to be reachable by keyboard. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre data-explain tabIndex={0} role="region" aria-label={t('pane.explain')}>
            {advice === null || advice === '' ? text : `${text}\n${advice}`}
          </pre>
          {leftOut.length > 0 && (
            <p className={styles['note']}>{t('explain.leftOut', { details: leftOut.join(', ') })}</p>
          )}
        </section>
      ))}
    </div>
  );
}
