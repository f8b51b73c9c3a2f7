import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { sampleRow } from '../../core/result/testing/sample-row.ts';
import { RobustnessTable } from './RobustnessTable.tsx';

const row = (attack: string) =>
  sampleRow('AT', attack, { iterations: 1, correct: 3, tried: 4, n: 4, interval: [0.3, 0.95] });
const WHY = 'TRADES diverged: its loss is not a finite number at step 7.';

/** Text of every cell of the body, row by row; that of a cell over several rows begins with their number. */
function cells(failed: ReadonlyMap<string, string>): string[][] {
  const table = createElement(RobustnessTable, {
    rows: [row('clean'), row('fgsm')],
    norm: 'linf',
    labels: ['AT', 'TRADES'],
    failed,
    colour: () => 'black',
  });
  const html = renderToStaticMarkup(createElement(MantineProvider, null, table));
  const rows = html.slice(html.indexOf('<tbody'), html.indexOf('</tbody>')).split('<tr').slice(1);
  return rows.map((r) =>
    r
      .split('<td')
      .slice(1)
      .map((cell) => {
        const span = /^[^>]*rowspan="(\d+)"/i.exec(cell)?.[1];
        return `${span ? `${span} rows: ` : ''}${cell.replace(/^[^>]*>/, '').replace(/<[^>]*>/g, '')}`;
      }),
  );
}

it('given a contestant without a model, when shown, then its column is one cell with the reason, and others have figures', () => {
  const [clean, fgsm] = cells(new Map([['TRADES', `No model, because its training failed: ${WHY}`]]));
  expect(clean).toEqual([
    expect.stringMatching(/^75\.0/),
    `2 rows: No model, because its training failed: ${WHY}`,
  ]);
  expect(fgsm).toEqual([expect.stringMatching(/75\.0/)]);
});

it('given models of all contestants, when a row is missing, then its cell says that it was not reached', () => {
  for (const [, second] of cells(new Map())) expect(second).toBe('not reached');
});
