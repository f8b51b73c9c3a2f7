/** A text field for a formula. An error is shown while typing, with its position. */
import { Box, Code, Stack, Textarea } from '@mantine/core';
import { useRef } from 'react';
import type { FormulaError } from '../../core/formula/formula-error.ts';
import { formulaFault } from '../../core/settings/schema.ts';
import type { FormulaSpec } from '../../core/settings/spec.ts';
import { Button } from '../shared/controls.tsx';

interface Props {
  readonly spec: FormulaSpec;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Number of characters shown before and after the error. */
const AROUND = 24;

/** The part of the formula around its error, with the error marked. */
function Excerpt({ text, fault: { at, end } }: { readonly text: string; readonly fault: FormulaError }) {
  const [from, to] = [Math.max(0, at - AROUND), Math.min(text.length, end + AROUND)];
  const before = (from > 0 ? '…' : '') + text.slice(from, at);
  return (
    <Code block aria-hidden style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {before}
      <Box
        component="mark"
        style={{
          backgroundColor: 'var(--mantine-color-red-light)',
          color: 'inherit',
          outline: '1px solid var(--mantine-color-error)',
        }}
      >
        {text.slice(at, end) || '▁'}
      </Box>
      {text.slice(end, to)}
      {to < text.length && '…'}
    </Code>
  );
}

export function FormulaField({ spec, value, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const fault = formulaFault(spec, value);
  const select = () => {
    field.current?.focus();
    if (fault) field.current?.setSelectionRange(fault.at, fault.end);
  };
  return (
    <Stack gap="2xs">
      <Textarea
        ref={field}
        size="xs"
        label={spec.optional ? `${spec.label} (may be empty)` : spec.label}
        description={spec.help}
        value={value}
        autosize
        minRows={1}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        translate="no"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        error={fault && `Character ${fault.at + 1}: ${fault.reason}.`}
        // A formula is one line of text, which the field wraps; so line breaks become spaces.
        onChange={(e) => onChange(e.currentTarget.value.replace(/[\s\u00a0]/g, ' '))}
      />
      {fault && (
        <>
          <Excerpt text={value} fault={fault} />
          <Button size="compact-xs" variant="default" w="fit-content" onClick={select}>
            Go to character {fault.at + 1} of the {spec.label.toLowerCase()}
          </Button>
        </>
      )}
    </Stack>
  );
}
