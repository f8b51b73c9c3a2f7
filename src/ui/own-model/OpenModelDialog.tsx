import { Button as MantineButton, Group, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { Button, NativeSelect } from '../shared/controls.tsx';
import { notify } from '../shared/notify.ts';
import { Notice } from '../shared/Notice.tsx';
import { usePage, workbench } from '../state/store.ts';
import type { AskedWeights } from '../workbench/opened.ts';
import { answersOf, architectureText, formOf, suggestedLabel, type AnswersForm } from './answers-form.ts';

const INPUTS = [
  { value: 'none', label: 'x, from 0 to 1' },
  { value: 'scale', label: '(x − 0.5) × scale' },
  { value: 'standardise', label: '(x − mean) / standard deviation' },
] as const;

const SETS = [
  { value: 'adv', label: 'adv (ARAT’s inference)' },
  { value: 'clean', label: 'clean' },
];

function Questions({ asked: { file, summary } }: { readonly asked: AskedWeights }) {
  const { networks, defaults, ignored } = summary;
  const [form, setForm] = useState(() => formOf(suggestedLabel(file.name, summary.label), defaults));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const set = (change: Partial<AnswersForm>) => setForm({ ...form, ...change });
  const answers = answersOf(form);
  const wrong = typeof answers === 'string' ? answers : null;
  const { architecture } = networks.find((n) => n.prefix === form.prefix) ?? networks[0];

  const open = async () => {
    if (typeof answers === 'string') return;
    setBusy(true);
    setError(null);
    try {
      const { label } = await workbench.opened.open(file, form.label.trim(), answers);
      notify('done', `Opened ${label}: it can be attacked in Attack and Stress test.`);
    } catch (e) {
      setError(errorMessage(e));
      setBusy(false);
    }
  };

  return (
    <Stack gap="sm">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {file.name}: {architectureText(architecture)}.
        {ignored.length > 0 &&
          ` ${ignored.length} other ${ignored.length === 1 ? 'tensor is' : 'tensors are'} not read.`}
      </Text>
      <TextInput
        label="Name"
        value={form.label}
        maxLength={80}
        onChange={(e) => set({ label: e.currentTarget.value })}
      />
      {networks.length > 1 && (
        <NativeSelect
          label="Network in the file"
          description="The file holds several networks, told apart by the beginning of their tensors’ names."
          value={form.prefix}
          data={networks.map(({ prefix }) => ({ value: prefix, label: prefix || '(no prefix)' }))}
          onChange={(e) => set({ prefix: e.currentTarget.value })}
        />
      )}
      <NativeSelect
        label="Stride of the first layer"
        description="1 in the official networks; the tensors do not say it."
        value={String(form.stemStride)}
        data={['1', '2']}
        onChange={(e) => set({ stemStride: e.currentTarget.value === '2' ? 2 : 1 })}
      />
      <NativeSelect
        label="What the network sees of a pixel x"
        description="As in the training code: AR-AT, TRADES and MART give the pixels as they are."
        value={form.kind}
        data={INPUTS.map(({ value, label }) => ({ value, label }))}
        onChange={(e) => set({ kind: e.currentTarget.value as AnswersForm['kind'] })}
      />
      {form.kind === 'scale' && (
        <TextInput
          label="Scale"
          inputMode="decimal"
          value={form.scale}
          onChange={(e) => set({ scale: e.currentTarget.value })}
        />
      )}
      {form.kind === 'standardise' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label="Mean (red, green, blue)"
            value={form.mean}
            onChange={(e) => set({ mean: e.currentTarget.value })}
          />
          <TextInput
            label="Standard deviation"
            value={form.std}
            onChange={(e) => set({ std: e.currentTarget.value })}
          />
        </SimpleGrid>
      )}
      {architecture.splitBn && (
        <NativeSelect
          label="BatchNorm set for inference"
          value={form.bnSet}
          data={SETS}
          onChange={(e) => set({ bnSet: e.currentTarget.value as AnswersForm['bnSet'] })}
        />
      )}
      {(wrong ?? error) !== null && (
        <Notice
          color="red"
          title={wrong === null ? 'The model could not be opened' : 'An answer is wrong or missing'}
        >
          {wrong ?? error}
        </Notice>
      )}
      <Group gap="xs" justify="flex-end">
        <MantineButton variant="default" onClick={() => workbench.opened.dismiss()}>
          Cancel
        </MantineButton>
        <Button
          onClick={() => void open()}
          disabledBecause={wrong}
          busyBecause={busy ? 'The weights are being read.' : null}
        >
          Open the model
        </Button>
      </Group>
    </Stack>
  );
}

/** Asks what a weight file does not say of its network. */
export function OpenModelDialog() {
  const asked = usePage((s) => s.askedWeights);
  // Opened one render after it is mounted: only then does Modal remember where the focus was.
  const mounted = useMounted();
  // The questions stay visible while the dialog fades out.
  const [last, setLast] = useState<AskedWeights | null>(null);
  if (asked && asked !== last) setLast(asked);
  const shown = asked ?? last;
  return (
    <Modal
      opened={mounted && asked !== null}
      onClose={() => workbench.opened.dismiss()}
      title="Open a model"
      closeButtonProps={{ 'aria-label': 'Cancel' }}
      centered
    >
      {shown && <Questions key={`${shown.file.name} ${shown.file.lastModified}`} asked={shown} />}
    </Modal>
  );
}

// Loaded when the first weight file is given.
export default OpenModelDialog;
