/** Changes a page as a translator does: puts text nodes into `<font>` elements as soon as they appear. */
import type { Page } from '@playwright/test';

/**
 * `wrap`: moves the text node itself into the element. `replace`: puts a copy there and removes the text node from the
 * document, as Chrome does. Words are not translated, so that tests find them.
 */
export type TranslatorKind = 'wrap' | 'replace';

export async function translate(page: Page, kind: TranslatorKind): Promise<void> {
  await page.addInitScript((kind: TranslatorKind) => {
    const skipped = new Set(['SCRIPT', 'STYLE', 'TEXTAREA', 'FONT']);
    const wrap = (text: Text): void => {
      const parent = text.parentElement;
      if (!parent || skipped.has(parent.tagName) || !text.data.trim()) return;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      outer.append(inner);
      if (kind === 'replace') {
        inner.textContent = text.data;
        text.replaceWith(outer);
      } else {
        text.replaceWith(outer);
        inner.append(text);
      }
      document.documentElement.dataset.translated = String(
        Number(document.documentElement.dataset.translated ?? 0) + 1,
      );
    };
    const below = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE) return wrap(node as Text);
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      texts.forEach(wrap);
    };
    new MutationObserver((records) => {
      for (const { addedNodes } of records) addedNodes.forEach(below);
    }).observe(document, { childList: true, subtree: true });
  }, kind);
}

/** Number of text nodes translated so far. */
export const translated = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.documentElement.dataset.translated ?? 0));
