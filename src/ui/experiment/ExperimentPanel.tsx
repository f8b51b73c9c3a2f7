/** The experiment: presets and contestants first, everything else folded. */
import { Accordion, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { memo, useDeferredValue } from 'react';
import { type ExperimentConfig } from '../../core/settings/config.ts';
import { rangeOfSetting } from '../../core/settings/range.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { Chip, NativeSelect, SegmentedControl, type Reason } from '../shared/controls.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { tidy } from '../shared/read-number.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { Contestants } from './Contestants.tsx';
import { Cost } from './Cost.tsx';
import { DataFields } from './DataFields.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import { LineUps } from './LineUps.tsx';
import { NetworkFields } from './NetworkFields.tsx';

const PRESET_WORDS: Readonly<Record<PresetName, string>> = {
  quick: 'Small network and data: about a minute on a laptop’s graphics chip.',
  demo: 'The smallest setting whose effects are real: some minutes on a graphics chip.',
  standard: 'Ten classes of CIFAR-10 and more epochs: leave it running.',
  official: 'The paper’s full scale, ResNet-18: many hours even on a large graphics card.',
};

/** Budgets are shown in 1/255 of the pixels' range. */
const in255 = (v: number) => tidy(v * 255);
const rangeIn255 = (path: 'attack.eps' | 'attack.stepSize') => {
  const { min, max } = rangeOfSetting(path);
  return { min: in255(min), max: in255(max), integer: false };
};

const RACING = 'A race is running: stop it, or wait for its end, to change its settings.';

/** Any edit makes the experiment a custom one; the preset it came from no longer describes it. */
function useEdit() {
  const config = usePage((s) => s.config);
  const setConfig = (next: ExperimentConfig) => workbench.setConfig(next);
  const edit = (change: Partial<ExperimentConfig>) => setConfig({ ...config, ...change, preset: 'custom' });
  return { config, setConfig, edit };
}

/** Deferred: a click on Train is answered before some forty fields are greyed out. */
export function ExperimentPanel() {
  const active = useDeferredValue(usePage((s) => isActive(s.race)));
  return <Fields locked={active ? RACING : null} />;
}

const Fields = memo(function Fields({ locked }: { readonly locked: Reason }) {
  const { config, setConfig, edit } = useEdit();
  const { dataset, network, attack, optimiser, evaluation } = config;
  const base = (config.preset === 'official' ? PRESETS.official : PRESETS.quick).contestants[0].switches;
  const field = {
    contestants: config.contestants,
    base,
    disabledBecause: locked,
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
            disabledBecause={locked}
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
          <Cost config={config} disabledBecause={locked} />
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
          range={rangeOfSetting('repeats')}
          disabledBecause={locked}
          onChange={(repeats) => setConfig({ ...config, repeats })}
        />
        <Accordion multiple variant="separated" chevronPosition="left" order={3}>
          <Accordion.Item value="data">
            <Accordion.Control>Data</Accordion.Control>
            <Accordion.Panel>
              <DataFields
                value={dataset}
                disabledBecause={locked}
                onChange={(value) => edit({ dataset: value })}
              />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="network">
            <Accordion.Control>Network</Accordion.Control>
            <Accordion.Panel>
              <NetworkFields
                value={network}
                classes={dataset.classes.length}
                disabledBecause={locked}
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
                    range={rangeIn255('attack.eps')}
                    disabledBecause={locked}
                    onChange={(v) => edit({ attack: { ...attack, eps: v / 255 } })}
                  />
                  <NumberField
                    label="Step"
                    suffix="/255"
                    value={in255(attack.stepSize)}
                    range={rangeIn255('attack.stepSize')}
                    disabledBecause={locked}
                    onChange={(v) => edit({ attack: { ...attack, stepSize: v / 255 } })}
                  />
                </Group>
                <Group grow align="flex-start">
                  <NumberField
                    label="Training steps"
                    value={attack.steps}
                    range={rangeOfSetting('attack.steps')}
                    disabledBecause={locked}
                    onChange={(steps) => edit({ attack: { ...attack, steps } })}
                  />
                  <NumberField
                    label="Evaluation steps"
                    value={evaluation.steps}
                    range={rangeOfSetting('evaluation.steps')}
                    disabledBecause={locked}
                    onChange={(steps) => edit({ evaluation: { ...evaluation, steps } })}
                  />
                </Group>
                <NumberField
                  label="Test images per epoch"
                  help="For the charts; the final table uses every test image."
                  value={evaluation.n}
                  range={rangeOfSetting('evaluation.n')}
                  disabledBecause={locked}
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
                    range={rangeOfSetting('optimiser.epochs')}
                    disabledBecause={locked}
                    onChange={(epochs) => edit({ optimiser: { ...optimiser, epochs } })}
                  />
                  <NumberField
                    label="Batch size"
                    value={optimiser.batchSize}
                    range={rangeOfSetting('optimiser.batchSize')}
                    disabledBecause={locked}
                    onChange={(batchSize) => edit({ optimiser: { ...optimiser, batchSize } })}
                  />
                </Group>
                <NumberField
                  label="Learning rate"
                  value={optimiser.learningRate}
                  range={rangeOfSetting('optimiser.learningRate')}
                  step={0.01}
                  disabledBecause={locked}
                  onChange={(learningRate) => edit({ optimiser: { ...optimiser, learningRate } })}
                />
                <NativeSelect
                  size="xs"
                  label="Schedule"
                  disabledBecause={locked}
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
                  range={rangeOfSetting('seed')}
                  disabledBecause={locked}
                  onChange={(seed) => edit({ seed })}
                />
                <Chip
                  size="xs"
                  checked={config.augmentation.flip}
                  disabledBecause={locked}
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
              <DeviceFields disabledBecause={locked} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Paper>
  );
});
