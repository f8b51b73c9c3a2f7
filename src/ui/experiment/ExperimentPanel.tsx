/** The settings of the next race, folded: presets and contestants first; all others in folded sections. */
import { Accordion, Paper, Stack, Text, Title } from '@mantine/core';
import { memo, useDeferredValue } from 'react';
import { type ExperimentConfig } from '../../core/settings/config.ts';
import { withNetwork } from '../../core/experiments/networks.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { takePreset } from '../app/load-settings.ts';
import { SegmentedControl, type Reason } from '../shared/controls.tsx';
import { Fold } from '../shared/Fold.tsx';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { StartWeights } from '../own-model/StartWeights.tsx';
import { AttackFields } from './AttackFields.tsx';
import { Contestants } from './Contestants.tsx';
import { Cost } from './Cost.tsx';
import { DataFields } from './DataFields.tsx';
import { DeviceFields } from './DeviceFields.tsx';
import { edited } from './edited.ts';
import { LineUps } from './LineUps.tsx';
import { NetworkFields } from './NetworkFields.tsx';
import { OptimiserFields } from './OptimiserFields.tsx';
import { SettingField, type Form } from './SettingField.tsx';
import { settingsInWords } from './settings-words.ts';

const PRESET_WORDS: Readonly<Record<PresetName, string>> = {
  quick: 'Small network and data: about a minute on a laptop’s graphics chip.',
  demo: 'Twice the width of quick and about four times its images: some minutes on a graphics chip.',
  standard: 'Ten classes of CIFAR-10 and more epochs: leave it running.',
  official:
    'The paper’s full scale, ResNet-18, as the official codes train: rates by epoch, batches, balance, weights 1 and 1 without auto-balance, each method’s own recipe. ARAT’s in-place start and moving statistics stay off. Many hours even on a large graphics card.',
};

// Outside the component, so that fields whose setting stays are not rendered again.
const settings = (): ExperimentConfig => usePage.getState().config;
const edit: Form['edit'] = (path, value) => workbench.setConfig(edited(settings(), path, value));
const setContestants = (contestants: ExperimentConfig['contestants']): void =>
  workbench.setConfig({ ...settings(), contestants });

/** Three columns where there is room, so that opening one part does not move those of the others. */
const FOLDED = { multiple: true, variant: 'separated', chevronPosition: 'left', order: 3 } as const;

const RACING = 'A race is running: stop it, or wait for its end, to change its settings.';

/** The lock is deferred, so that the page answers a click on Train before it disables some forty fields. */
export function ExperimentPanel() {
  const active = useDeferredValue(usePage((s) => isActive(s.race)));
  return <Fields locked={active ? RACING : null} />;
}

const Fields = memo(function Fields({ locked }: { readonly locked: Reason }) {
  const config = usePage((s) => s.config);
  const form: Form = { config, locked, edit };
  const base = (config.preset === 'official' ? PRESETS.official : PRESETS.quick).contestants[0].switches;
  const field = {
    contestants: config.contestants,
    base,
    disabledBecause: locked,
    onChange: setContestants,
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
      <Fold
        id="experiment"
        title={
          <Title order={2} size="h4" id="experiment-title">
            Settings
          </Title>
        }
        note={settingsInWords(config)}
      >
        <div className="settings">
          <div className="settings-wide settings-row">
            <Stack gap="xs">
              <SegmentedControl
                fullWidth
                size="xs"
                aria-label="Preset"
                disabledBecause={locked}
                value={config.preset}
                onChange={(name) => takePreset(name as PresetName)}
                data={Object.keys(PRESETS).map((name) => ({
                  value: name,
                  label: name[0].toUpperCase() + name.slice(1),
                }))}
              />
              <Text size="sm">
                {config.preset === 'custom' ? 'Your own settings.' : PRESET_WORDS[config.preset]}
              </Text>
            </Stack>
            <Cost config={config} disabledBecause={locked} />
          </div>
          <Stack gap="md" className="settings-wide">
            <Title order={3} size="h5">
              Contestants
            </Title>
            <div className="settings-row">
              <LineUps {...field} />
              <SettingField path="repeats" form={form} />
            </div>
            <StartWeights locked={locked} />
            <Contestants {...field} attackSteps={config.attack.steps} />
          </Stack>
          <Accordion {...FOLDED}>
            <Accordion.Item value="data">
              <Accordion.Control>Data</Accordion.Control>
              <Accordion.Panel>
                <DataFields form={form} />
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="network">
              <Accordion.Control>Network</Accordion.Control>
              <Accordion.Panel>
                <NetworkFields
                  form={form}
                  onChoose={(network) => workbench.setConfig(withNetwork(config, network))}
                />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <Accordion {...FOLDED}>
            <Accordion.Item value="attack">
              <Accordion.Control>Attack and measurements</Accordion.Control>
              <Accordion.Panel>
                <AttackFields form={form} />
              </Accordion.Panel>
            </Accordion.Item>
            <Accordion.Item value="optimiser">
              <Accordion.Control>Optimiser and schedule</Accordion.Control>
              <Accordion.Panel>
                <OptimiserFields form={form} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <Accordion {...FOLDED}>
            <Accordion.Item value="device">
              <Accordion.Control>Where it runs</Accordion.Control>
              <Accordion.Panel>
                <DeviceFields form={form} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </div>
      </Fold>
    </Paper>
  );
});
