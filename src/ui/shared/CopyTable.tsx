/** A menu that copies the table before it as Markdown, LaTeX or CSV. */
import { Menu } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef } from 'react';
import { Button } from './controls.tsx';
import { useCopy } from './copy.ts';
import { cellsOf, TABLE_FORMATS, tableText, type TableFormat } from './table-text.ts';

/** Stands in an element with `data-copyable`, which holds one table. */
export function CopyTable({ name }: { readonly name: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const { state, copy } = useCopy();
  const choose = (format: TableFormat) => {
    const table = button.current?.closest('[data-copyable]')?.querySelector('table');
    if (table) copy(tableText(cellsOf(table), format));
  };
  const words = { idle: 'Copy table', copied: 'Copied', refused: 'The browser did not allow copying' }[state];
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          ref={button}
          size="compact-xs"
          variant="subtle"
          mt="3xs"
          aria-label={`${words}: ${name}`}
          leftSection={state === 'copied' ? <IconCheck size={14} /> : <IconCopy size={14} />}
        >
          {words}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TABLE_FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => choose(format)}>
            {format === 'LaTeX' ? 'LaTeX (booktabs)' : format}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
