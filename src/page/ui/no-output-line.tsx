import { CircleHelp } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { firstOutputStep } from '../view-model/trace-index.ts';
import { Button } from './controls/button.tsx';
import styles from './no-output-line.module.css';
import { useMoment } from './use-moment.ts';

const Answer = lazy(async () => ({ default: (await import('./no-output-answer.tsx')).NoOutputAnswer }));

/** While nothing has come out: the offer to say why, and the answer. */
export function NoOutputLine() {
  const { t } = useTranslation();
  const moment = useMoment();
  const [asked, setAsked] = useState(-1);
  if (!moment || moment.run.sinks.length === 0) return null;
  if (firstOutputStep(moment.run) < moment.position || moment.position === 0) return null;
  const isAsked = asked === moment.run.runId;
  return (
    <div className={styles['line']} data-no-output>
      <Button look="ghost" onPress={() => setAsked(isAsked ? -1 : moment.run.runId)}>
        <CircleHelp size={14} /> {t('noOutput.ask')}
      </Button>
      {isAsked && (
        <Suspense>
          <Answer moment={moment} />
        </Suspense>
      )}
    </div>
  );
}
