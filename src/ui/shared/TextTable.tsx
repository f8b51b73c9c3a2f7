import { Table } from '@mantine/core';
import type { ComponentProps } from 'react';
import { WideTable } from './WideTable.tsx';

interface Props extends Omit<ComponentProps<typeof WideTable>, 'children' | 'data'> {
  readonly head: readonly string[];
  /** The first text of a row names the row; no two names are the same. */
  readonly rows: readonly (readonly string[])[];
}

/** A table of texts, with a name per row. */
export function TextTable({ head, rows, ...table }: Props) {
  return (
    <WideTable withTableBorder verticalSpacing="2xs" {...table}>
      <Table.Thead>
        <Table.Tr>
          {head.map((column) => (
            <Table.Th scope="col" key={column}>
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([name, ...cells]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={500}>
              {name}
            </Table.Th>
            {cells.map((text, i) => (
              <Table.Td key={head[i + 1]}>{text}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
