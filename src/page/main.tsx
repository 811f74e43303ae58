import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readSettings } from './store/keep.ts';
import { startPage } from './store/start.ts';
import { App } from './ui/app.tsx';
import { startWords } from './words/words.ts';

startPage();
await startWords(readSettings().language);
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
performance.mark('app-mounted');
