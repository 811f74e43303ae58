import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import { stepSentence } from '../view-model/step-sentence.ts';
import { worded } from '../words/words.ts';
import styles from './sentence-line.module.css';
import { StoryLine } from './story-line.tsx';
import { useMoment } from './use-moment.ts';

const SPOKEN_EVERY_MS = 3000;

/** One sentence that says what this step did; read aloud too, while playing every few seconds. */
export function SentenceLine() {
  const { t } = useTranslation();
  const moment = useMoment();
  const isPlaying = useStore((facts) => facts.isPlaying);
  const isFirstVisit = useStore((facts) => facts.isFirstVisit);
  const text = moment
    ? worded(
        t,
        stepSentence(
          moment.run,
          moment.index,
          moment.document.events,
          moment.document.startMs,
          moment.position,
        ),
      )
    : '';
  const spoken = useSpoken(text, isPlaying);
  return (
    <div className={styles['line']}>
      <p className={styles['sentence']} data-sentence title={text}>
        {text}
      </p>
      <StoryLine />
      {isFirstVisit && !isPlaying && <p className={styles['hint']}>{t('hint.firstVisit')}</p>}
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

function useSpoken(text: string, isPlaying: boolean): string {
  const [spoken, setSpoken] = useState('');
  const lastAt = useRef(0);
  useEffect(() => {
    const wait = isPlaying ? Math.max(0, lastAt.current + SPOKEN_EVERY_MS - performance.now()) : 0;
    const timer = setTimeout(() => {
      lastAt.current = performance.now();
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, isPlaying]);
  return spoken;
}
