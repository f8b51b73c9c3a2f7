/** The font of exported figures as data in a style sheet, so that they look the same wherever they are opened. */
import greek from '@fontsource/roboto/files/roboto-greek-400-normal.woff2?url';
import latin from '@fontsource/roboto/files/roboto-latin-400-normal.woff2?url';
import math from '@fontsource/roboto/files/roboto-math-400-normal.woff2?url';

const FILES = [
  { url: latin, range: 'U+0000-02FF,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212' },
  { url: greek, range: 'U+0370-03FF' },
  { url: math, range: 'U+2070-20CF,U+2100-2190,U+2192,U+2194-2211,U+2213-23FF,U+25A0-27BF' },
] as const;

const has = (text: string, [from, to]: readonly [number, number]): boolean =>
  [...text].some((c) => c.codePointAt(0)! >= from && c.codePointAt(0)! <= to);

function parsed(range: string): [number, number][] {
  return range.split(',').map((part) => {
    const [from, to = from] = part.slice(2).split('-');
    return [parseInt(from, 16), parseInt(to, 16)];
  });
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** `@font-face` rules with the parts of the font that `text` needs. Rejects with one sentence if one does not load. */
export async function fontRules(text: string): Promise<string> {
  const needed = FILES.filter(({ range }) => parsed(range).some((part) => has(text, part)));
  const rules = await Promise.all(
    needed.map(async ({ url, range }) => {
      const answer = await fetch(url).catch(() => null);
      if (!answer?.ok) throw new Error('The font of exported figures could not be loaded: try again.');
      const data = base64(new Uint8Array(await answer.arrayBuffer()));
      return `@font-face{font-family:Roboto;src:url(data:font/woff2;base64,${data}) format('woff2');unicode-range:${range}}`;
    }),
  );
  return rules.join('');
}
