import { ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Header } from 'react-aria-components/Header';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import { useTranslation } from 'react-i18next';
import { CHAPTERS, SCENARIOS } from '../../content/scenarios/index.ts';
import { openScenario } from '../store/start.ts';
import { useStore } from '../store/store.ts';
import styles from './scenario-list.module.css';

/** Chooses the story from a list. */
export function ScenarioList() {
  const { t } = useTranslation();
  const scenarioId = useStore((facts) => facts.scenarioId);
  const language = useStore((facts) => facts.language);
  return (
    <I18nProvider locale={language === 'zh' ? 'zh-CN' : 'en-US'}>
      <Select
        aria-label={t('app.scenario')}
        className={styles['picker'] ?? ''}
        value={scenarioId}
        onChange={(key) => openScenario(String(key))}
      >
        <Button className={styles['button'] ?? ''}>
          <SelectValue className={styles['value'] ?? ''}>
            {() => SCENARIOS.find(({ id }) => id === scenarioId)?.title[language] ?? t('app.scenario')}
          </SelectValue>
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
        <Popover className={styles['popover'] ?? ''}>
          <ListBox className={styles['list'] ?? ''}>
            {CHAPTERS.map((chapter) => (
              <ListBoxSection key={chapter.id} id={chapter.id}>
                <Header className={styles['chapter'] ?? ''}>{chapter.title[language]}</Header>
                {chapter.scenarios.map(({ id, title, about }) => (
                  <ListBoxItem key={id} id={id} textValue={title[language]} className={styles['item'] ?? ''}>
                    <Text slot="label" className={styles['title'] ?? ''}>
                      {title[language]}
                    </Text>
                    <Text slot="description" className={styles['about'] ?? ''}>
                      {about[language]}
                    </Text>
                  </ListBoxItem>
                ))}
              </ListBoxSection>
            ))}
          </ListBox>
        </Popover>
      </Select>
    </I18nProvider>
  );
}
