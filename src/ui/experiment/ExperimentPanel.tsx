/** The experiment: presets and contestants first, everything else folded. */
import {
  Accordion,
  Chip,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { memo, useDeferredValue } from 'react';
import { MOST_REPEATS, type ExperimentConfig } from '../../core/settings/config.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { isActive, usePage } from '../state/store.ts';
import { Contestants } from './Contestants.tsx';
import { Cost } from './Cost.tsx';
import { DataFields } from './DataFields.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import { NumberField } from './fields.tsx';
import { LineUps } from './LineUps.tsx';
import { NetworkFields } from './NetworkFields.tsx';

const PRESET_WORDS: Readonly<Record<PresetName, string>> = {
  quick: 'Small network and data: about a minute on a laptop’s graphics chip.',
  demo: 'The smallest setting whose effects are real: some minutes on a graphics chip.',
  standard: 'Ten classes of CIFAR-10 and more epochs: leave it running.',
  official: 'The paper’s full scale, ResNet-18: many hours even on a large graphics card.',
};

const in255 = (v: number) => Number((v * 255).toFixed(2));

/** Any edit makes the experiment a custom one; the preset it came from no longer describes it. */
function useEdit() {
  const config = usePage((s) => s.config);
  const setConfig = usePage((s) => s.setConfig);
  const edit = (change: Partial<ExperimentConfig>) => setConfig({ ...config, ...change, preset: 'custom' });
  return { config, setConfig, edit };
}

/** Deferred: a click on Train is answered before some forty fields are greyed out. */
export function ExperimentPanel() {
  const active = useDeferredValue(usePage((s) => isActive(s.race)));
  return <Fields active={active} />;
}

const Fields = memo(function Fields({ active }: { readonly active: boolean }) {
  const { config, setConfig, edit } = useEdit();
  const { dataset, network, attack, optimiser, evaluation } = config;
  const base = (config.preset === 'official' ? PRESETS.official : PRESETS.quick).contestants[0].switches;
  const field = {
    contestants: config.contestants,
    base,
    disabled: active,
    onChange: (contestants: ExperimentConfig['contestants']) => setConfig({ ...config, contestants }),
  };
  const choose = (name: string) => {
    const preset = PRESETS[name as PresetName];
    // The visitor's data stays chosen where the preset can use it.
    const source = name === 'quick' || name === 'demo' ? dataset.source : preset.dataset.source;
    setConfig({ ...preset, dataset: { ...preset.dataset, source }, repeats: config.repeats });
  };
  return (
    <Paper
      component="section"
      withBorder
      p="md"
      id="experiment"
      tabIndex={-1}
      aria-labelledby="experiment-title"
    >
      <Stack gap="md">
        <Title order={2} size="h3" id="experiment-title">
          Experiment
        </Title>
        <Stack gap={6}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Preset"
            disabled={active}
            value={config.preset}
            onChange={choose}
            data={Object.keys(PRESETS).map((name) => ({
              value: name,
              label: name[0].toUpperCase() + name.slice(1),
            }))}
          />
          <Text size="sm">
            {config.preset === 'custom' ? 'Your own settings.' : PRESET_WORDS[config.preset]}
          </Text>
          <Cost config={config} disabled={active} />
        </Stack>
        <Title order={3} size="h5">
          Contestants
        </Title>
        <LineUps {...field} />
        <Contestants {...field} />
        <NumberField
          label="Seeds"
          help="The race is repeated with so many seeds, one after the other; charts and tables then show mean and spread. Three or more tell chance from effect."
          value={config.repeats}
          min={1}
          max={MOST_REPEATS}
          disabled={active}
          onChange={(repeats) => setConfig({ ...config, repeats })}
        />
        <Accordion multiple variant="separated" chevronPosition="left" order={3}>
          <Accordion.Item value="data">
            <Accordion.Control>Data</Accordion.Control>
            <Accordion.Panel>
              <DataFields value={dataset} disabled={active} onChange={(value) => edit({ dataset: value })} />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="network">
            <Accordion.Control>Network</Accordion.Control>
            <Accordion.Panel>
              <NetworkFields
                value={network}
                classes={dataset.classes.length}
                disabled={active}
                onChange={(value) => edit({ network: value })}
              />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="attack">
            <Accordion.Control>Attack budget</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="xs">
                <Group grow align="flex-start">
                  <NumberField
                    label="ε"
                    suffix="/255"
                    value={in255(attack.eps)}
                    min={0}
                    max={64}
                    decimals={2}
                    disabled={active}
                    onChange={(v) => edit({ attack: { ...attack, eps: v / 255 } })}
                  />
                  <NumberField
                    label="Step"
                    suffix="/255"
                    value={in255(attack.stepSize)}
                    min={0}
                    max={64}
                    decimals={2}
                    disabled={active}
                    onChange={(v) => edit({ attack: { ...attack, stepSize: v / 255 } })}
                  />
                </Group>
                <Group grow align="flex-start">
                  <NumberField
                    label="Training steps"
                    value={attack.steps}
                    min={0}
                    max={100}
                    disabled={active}
                    onChange={(steps) => edit({ attack: { ...attack, steps } })}
                  />
                  <NumberField
                    label="Evaluation steps"
                    value={evaluation.steps}
                    min={1}
                    max={200}
                    disabled={active}
                    onChange={(steps) => edit({ evaluation: { ...evaluation, steps } })}
                  />
                </Group>
                <NumberField
                  label="Test images per epoch"
                  help="For the charts; the final table uses every test image."
                  value={evaluation.n}
                  min={4}
                  max={10_000}
                  disabled={active}
                  onChange={(n) => edit({ evaluation: { ...evaluation, n } })}
                />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="optimiser">
            <Accordion.Control>Optimiser and schedule</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="xs">
                <Group grow align="flex-start">
                  <NumberField
                    label="Epochs"
                    value={optimiser.epochs}
                    min={1}
                    max={1000}
                    disabled={active}
                    onChange={(epochs) => edit({ optimiser: { ...optimiser, epochs } })}
                  />
                  <NumberField
                    label="Batch size"
                    value={optimiser.batchSize}
                    min={2}
                    max={1024}
                    disabled={active}
                    onChange={(batchSize) => edit({ optimiser: { ...optimiser, batchSize } })}
                  />
                </Group>
                <NumberField
                  label="Learning rate"
                  value={optimiser.learningRate}
                  min={0}
                  max={10}
                  step={0.01}
                  decimals={4}
                  disabled={active}
                  onChange={(learningRate) => edit({ optimiser: { ...optimiser, learningRate } })}
                />
                <NativeSelect
                  size="xs"
                  label="Schedule"
                  disabled={active}
                  value={optimiser.schedule}
                  data={[
                    { value: 'one-cycle', label: 'One cycle: up for a fifth, then down to 0' },
                    { value: 'cosine', label: 'Cosine' },
                    { value: 'step', label: 'Steps of 0.1 (official)' },
                    { value: 'constant', label: 'Constant' },
                  ]}
                  onChange={(e) =>
                    edit({
                      optimiser: {
                        ...optimiser,
                        schedule: e.currentTarget.value as typeof optimiser.schedule,
                      },
                    })
                  }
                />
                <NumberField
                  label="Seed"
                  help="The same seed, settings and CPU backend give the same run."
                  value={config.seed}
                  min={0}
                  max={2 ** 31 - 1}
                  disabled={active}
                  onChange={(seed) => edit({ seed })}
                />
                <Chip
                  size="xs"
                  checked={config.augmentation.flip}
                  disabled={active}
                  onChange={(on) => edit({ augmentation: { crop: on ? 4 : 0, flip: on } })}
                >
                  Random crop and flip
                </Chip>
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="device">
            <Accordion.Control>Where it runs</Accordion.Control>
            <Accordion.Panel>
              <DeviceFields disabled={active} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Paper>
  );
});
