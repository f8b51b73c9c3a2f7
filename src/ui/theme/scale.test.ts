import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { theme } from './theme.ts';

const FILES = readdirSync('src/ui', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(css|tsx?)$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(`src/ui/${file}`, 'utf8') }));

/** Declarations of style sheets, and the same in style objects of components. */
const DECLARED =
  /(?<![-\w])((?:scroll-)?(?:margin|padding)(?:-?[a-z]+)*|(?:row-|column-)?gap|font-?size)\s*:([^;,}\n]*(?:\([^)]*\)[^;,}\n]*)*)/gi;
/** Mantine's properties for the same. */
const PROPERTY = /\s(gap|spacing|verticalSpacing|[mp][tblrxy]?|fz|fontSize)=(\{[^}]*\}+|"[^"]*")/g;
const TYPE = /^(xs|sm|md|lg|xl|h[1-6]|inherit)$/;
const TOKENS = new Set([...Object.keys(theme.spacing ?? {}), '0', 'auto']);

/** Lengths outside of `var(…)`; neither 0 nor a fallback of a measured height. */
const ownLengths = (value: string): string[] =>
  value
    .replace(/var\(--bar-height, \d+px\)/g, '')
    .replace(/var\([^)]*\)/g, '')
    .replace(/-1 \*/g, '')
    .match(/(?<![\w.])(?!0(?![\d.]))[\d.]+(px|rem|em)?(?![\w%.])/g) ?? [];

/** The tokens of `lg`, `{0}`, `{{ base: 'sm', sm: 'lg' }}` and `{nested ? 'xl' : undefined}`. */
const tokensOf = (value: string): string[] =>
  value.includes(' ? ')
    ? [...value.matchAll(/'([\w-]+)'|(?<=[?:] )\d+/g)].map(([whole, token]) => token ?? whole)
    : value.startsWith('{{')
      ? [...value.matchAll(/:\s*'?([\w-]+)'?/g)].map((m) => m[1])
      : [value.replace(/[{}"']/g, '')];

const outside = (file: string, text: string): string[] => [
  ...[...text.matchAll(DECLARED)]
    .filter(([, , value]) => !value.includes('||') && ownLengths(value).length > 0)
    .map(([whole]) => `${file}: ${whole.trim()}`),
  ...[...text.matchAll(PROPERTY)]
    .filter(([, name, value]) =>
      tokensOf(value).some((token) => !(/^f/.test(name) ? TYPE.test(token) : TOKENS.has(token))),
    )
    .map(([whole]) => `${file}: ${whole.trim()}`),
];

test('given the style sheets and components, then every distance and type size is a token of the scale', () => {
  expect(FILES.length).toBeGreaterThan(100);
  expect(FILES.flatMap(({ file, text }) => outside(file, text))).toEqual([]);
});

test('given a size outside of the scale, then it is reported, in a style sheet, a style object and a property', () => {
  const bad = [
    'a { padding: 0 7px }',
    'a { gap: calc(3px + var(--mantine-spacing-xs)); }',
    'style={{ marginTop: 5 }}',
    "style={{ fontSize: '11px' }}",
    '<Stack gap={6}>',
    '<Text fz={11}>',
    "<Paper p={{ base: 'sm', sm: 18 }}>",
  ];
  for (const text of bad) expect(outside('x', text), text).toHaveLength(1);
  const good = [
    'a { padding: 0 var(--mantine-spacing-xs); margin: 0 auto }',
    '<Stack gap="2xs" m={0}>',
    '<Text fz="sm">',
    "<Paper p={{ base: 'sm', sm: 'lg' }}>",
  ];
  for (const text of good) expect(outside('x', text), text).toEqual([]);
});
