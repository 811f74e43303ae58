import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { jump } from '../store/player.ts';
import { useStore } from '../store/store.ts';
import { pin } from '../store/view.ts';
import { storyWords } from '../view-model/story-words.ts';
import { Button } from './controls/button.tsx';
import styles from './story-line.module.css';
import { useMoment, useStory } from './use-moment.ts';

/** What the row that was clicked came from, or what the event that was clicked made. */
export function StoryLine() {
  const { t } = useTranslation();
  const moment = useMoment();
  const story = useStory(moment);
  const hot = useStore((facts) => (facts.isHotPinned ? facts.hot : null));
  const words = moment && hot && story ? storyWords(moment.index, hot, story) : null;
  if (!words) return null;
  return (
    <div className={styles['story']} data-story={words.kind} role="status">
      <span>{t(`story.${words.kind}`, { subject: words.subject, count: words.links.length })}</span>
      {words.links.slice(0, words.shown).map(({ number, position }) => (
        <button key={number} type="button" className={styles['link']} onClick={() => jump(position)}>
          {number}
        </button>
      ))}
      {words.links.length > words.shown && (
        <span>{t('story.more', { count: words.links.length - words.shown })}</span>
      )}
      {words.trigger !== null && <span data-trigger>{t('story.trigger', { number: words.trigger })}</span>}
      <Button look="ghost" label={t('story.close')} onPress={() => pin(null)}>
        <X size={14} />
      </Button>
    </div>
  );
}
