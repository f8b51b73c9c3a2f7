/** A table that can be copied, and is scrolled sideways, also by keyboard, if it is wider than its place. */
import { Table, type TableProps } from '@mantine/core';
import { CopyTable } from './CopyTable.tsx';

interface Props extends TableProps {
  readonly minWidth: number;
  /** Name of the scrolled area for screen readers, e.g. `Differences, scrollable`. */
  readonly areaLabel: string;
  /** What a copy of the table must say below it. */
  readonly note?: string;
}

export function WideTable({ minWidth, areaLabel, note, ...table }: Props) {
  return (
    <div data-copyable>
      <Table.ScrollContainer
        minWidth={minWidth}
        type="native"
        tabIndex={0}
        role="group"
        aria-label={areaLabel}
      >
        <Table data-note={note} {...table} />
      </Table.ScrollContainer>
      <CopyTable name={areaLabel.replace(/, scrollable$/, '')} />
    </div>
  );
}
