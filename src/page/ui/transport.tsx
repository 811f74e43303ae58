import { ChevronFirst, ChevronLast, Pause, Play, StepBack, StepForward } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clockMsOf, type Run, turnOf } from '../../engine/engine-api.ts';
import { jump, SPEEDS, stepBy, togglePlay } from '../store/player.ts';
import { useStore } from '../store/store.ts';
import { endFirstVisit } from '../store/view.ts';
import { clockText, durationText, isDrawable, isEndOfTime } from '../view-model/format.ts';
import { scrubTicks } from '../view-model/player-view.ts';
import { watermarkAt } from '../view-model/trace-index.ts';
import { Button } from './controls/button.tsx';
import styles from './transport.module.css';
import { useMoment } from './use-moment.ts';
import { useSize } from './use-size.ts';

/** Moves the playhead, and says where it stands. */
export function Transport() {
  const { t } = useTranslation();
  const count = useStore((facts) => facts.result?.run.steps.count ?? 0);
  const isAtStart = useStore((facts) => facts.position <= 0);
  const isAtEnd = useStore((facts) => facts.position >= (facts.result?.run.steps.count ?? 0));
  const isPlaying = useStore((facts) => facts.isPlaying);
  const go = (action: () => void) => () => {
    endFirstVisit();
    action();
  };
  return (
    <div className={styles['transport']}>
      <div className={styles['buttons']} role="group" aria-label={t('player.label')}>
        <Button label={t('player.first')} isDisabled={isAtStart} onPress={go(() => jump(0))}>
          <ChevronFirst size={16} />
        </Button>
        <Button label={t('player.back')} isDisabled={isAtStart} onPress={go(() => stepBy(-1))}>
          <StepBack size={16} />
        </Button>
        <span className={styles['play']}>
          <Button
            look="primary"
            label={isPlaying ? t('player.pause') : t('player.play')}
            onPress={togglePlay}
          >
            {isPlaying ? <Pause size={18} /> : <Play size={18} />}
          </Button>
        </span>
        <Button label={t('player.next')} isDisabled={isAtEnd} onPress={go(() => stepBy(1))}>
          <StepForward size={16} />
        </Button>
        <Button label={t('player.last')} isDisabled={isAtEnd} onPress={go(() => jump(count))}>
          <ChevronLast size={16} />
        </Button>
      </div>
      <Speed />
      <Readout />
      <Scrub />
    </div>
  );
}

function Speed() {
  const { t } = useTranslation();
  const speed = useStore((facts) => facts.speed);
  return (
    <select
      className={styles['speed']}
      aria-label={t('player.speed')}
      value={speed}
      onChange={(event) => useStore.setState({ speed: Number(event.target.value) })}
    >
      {SPEEDS.map((choice) => (
        <option key={choice} value={choice}>
          {choice}×
        </option>
      ))}
    </select>
  );
}

/** Step, arrival time and watermark in figures. */
function Readout() {
  const { t } = useTranslation();
  const moment = useMoment();
  const position = useStore((facts) => facts.position);
  const run = moment?.run;
  const count = run?.steps.count ?? 0;
  const turn = run && position > 0 ? turnOf(run.steps, position - 1) : 0;
  const clockMs = run && position > 0 ? clockMsOf(run.steps, position - 1) - moment.document.startMs : 0;
  const lastMs = run && count > 0 ? clockMsOf(run.steps, count - 1) - moment.document.startMs : 0;
  const lengthOfArrivals = Math.max('59.99 s'.length, durationText(lastMs).length);
  const watermarks = moment
    ? moment.run.sinks.map(({ operator }) => watermarkAt(moment.index, operator, moment.position))
    : [];
  const known = watermarks.filter((ms) => !Number.isNaN(ms));
  const watermark = known.length > 0 ? Math.min(...known) : Number.NaN;
  const text = Number.isNaN(watermark)
    ? t('player.none')
    : isEndOfTime(watermark) || !isDrawable(watermark)
      ? t('player.endOfInput')
      : clockText(watermark);
  return (
    <div className={styles['readout']}>
      <span
        data-readout="step"
        data-turn={turn}
        data-turn-done={run !== undefined && turnOf(run.steps, position) !== turn}
      >
        {t('player.step')} <b style={{ minWidth: `${String(count).length}ch` }}>{position}</b>/{count}
      </span>
      <span className={styles['arrival']} data-readout="arrival">
        {t('player.arrival')} <b style={{ minWidth: `${lengthOfArrivals}ch` }}>{durationText(clockMs)}</b>
      </span>
      <span className={styles['watermark']} data-readout="watermark" data-watermark-ms={watermark}>
        {t('player.watermark')} <b>{text}</b>
      </span>
    </div>
  );
}

function Scrub() {
  const { t } = useTranslation();
  const run = useStore((facts) => facts.result?.run ?? null);
  const position = useStore((facts) => facts.position);
  const count = run?.steps.count ?? 0;
  const share = `${count > 0 ? (position / count) * 100 : 0}%`;
  const [ref, { width }] = useSize<HTMLDivElement>();
  return (
    <div className={styles['scrub']} ref={ref}>
      <div className={styles['fill']} style={{ backgroundSize: `${share} 100%` }} />
      {run && <Ticks run={run} width={width} />}
      <input
        type="range"
        className={styles['range']}
        aria-label={t('player.scrub')}
        min={0}
        max={Math.max(1, count)}
        value={position}
        onChange={(event) => jump(Number(event.target.value))}
      />
      <div className={styles['thumb']} style={{ backgroundPositionX: share }} />
    </div>
  );
}

const Ticks = memo(function Ticks({ run, width }: { readonly run: Run; readonly width: number }) {
  const { t } = useTranslation();
  const list = useMemo(() => scrubTicks(run, width), [run, width]);
  return (
    <>
      {list.map(({ position, kind }) => (
        <i
          key={position}
          className={styles['tick']}
          data-marker={kind}
          data-position={position}
          title={`${position}: ${t(`player.marker.${kind}`)}`}
          style={{ left: `${(position / run.steps.count) * 100}%` }}
        />
      ))}
    </>
  );
});
