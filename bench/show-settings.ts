import type { Page } from 'playwright-core';

/** Opens the page's settings, which a first visit finds folded; earlier builds have no folds. */
export const showSettings = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll<HTMLDetailsElement>('#experiment details.fold'))
      fold.open = true;
  });
