/** A table of the names, operators and functions that a formula may use. */
import { Code, Table } from '@mantine/core';
import { FUNCTIONS, NAMES } from '../../core/formula/vocabulary.ts';

const ROWS: readonly (readonly [string, string])[] = [
  ...Object.entries(NAMES).map(([name, { words }]) => [name.replace("'", '′'), words] as const),
  ['+ − * / ( )', 'arithmetic, element by element; numbers as 2, 0.5, 1e-12'],
  ...Object.values(FUNCTIONS).map(({ example, words }) => [example, words] as const),
];

export function Vocabulary() {
  return (
    <details>
      <summary className="small-summary">Vocabulary of the formulas</summary>
      <Table mt="2xs" fz="xs" withTableBorder verticalSpacing="3xs" aria-label="Vocabulary of the formulas">
        <Table.Tbody>
          {ROWS.map(([text, words]) => (
            <Table.Tr key={text}>
              <Table.Th scope="row" translate="no">
                <Code>{text}</Code>
              </Table.Th>
              <Table.Td>{words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
