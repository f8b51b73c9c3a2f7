/** “Train it yourself”: the presets with their time on this machine, and the current combination beside ARAT. */
import { Button as Plain, Text } from '@mantine/core';
import { ALL_PARTS, contestantOf, partsKey, type Parts } from '../../core/experiments/parts.ts';
import { raceSeconds } from '../../core/experiments/cost.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { startRace } from '../app/start-race.ts';
import { takePreset } from '../app/load-settings.ts';
import { lacksGpu } from '../shared/backend-words.ts';
import { Button } from '../shared/controls.tsx';
import { roughly } from '../shared/format.ts';
import { usePage } from '../state/store.ts';
import { useConfigError } from '../state/useConfigError.ts';
import { isActive, RACING } from '../workbench/race-rules.ts';
import { openSettings } from '../app/go-to.ts';

const NAMES = Object.keys(PRESETS) as PresetName[];
const images = (name: PresetName): string => PRESETS[name].dataset.trainSize.toLocaleString('en');

/** Trains the combination beside ARAT with the settings of the page. */
export function trainParts(parts: Parts): void {
  const { config } = usePage.getState();
  const base = (config.preset === 'official' ? PRESETS.official : PRESETS.quick).contestants[0].switches;
  const both = [contestantOf(ALL_PARTS, base), contestantOf(parts, base)];
  const contestants = partsKey(parts) === partsKey(ALL_PARTS) ? both.slice(0, 1) : both;
  startRace(contestants);
}

export function TrainCards({ parts }: { readonly parts: Parts }) {
  const config = usePage((s) => s.config);
  const device = usePage((s) => s.device);
  const wrong = useConfigError();
  const active = usePage((s) => isActive(s.race));
  const running = active ? RACING : null;
  return (
    <section className="train-cards" aria-labelledby="train-title">
      <h2 id="train-title">Train it yourself</h2>
      <div className="cards" role="group" aria-label="Size of the race">
        {NAMES.map((name) => (
          <Button
            key={name}
            variant={config.preset === name ? 'light' : 'default'}
            aria-pressed={config.preset === name}
            h="auto"
            py="xs"
            disabledBecause={running}
            onClick={() => takePreset(name)}
          >
            <span className="card">
              <b>{name[0].toUpperCase() + name.slice(1)}</b>
              <small>
                {device
                  ? `about ${roughly(raceSeconds({ ...PRESETS[name], repeats: 1 }, device.gflops))}`
                  : images(name)}
              </small>
            </span>
          </Button>
        ))}
      </div>
      {!device && <small>images</small>}
      {device && lacksGpu(device) && <Text size="sm">Training on the CPU: no GPU found.</Text>}
      <div className="train-actions">
        <Button variant="default" disabledBecause={running ?? wrong} onClick={() => trainParts(parts)}>
          Train this
        </Button>
        <Plain variant="subtle" onClick={openSettings}>
          Settings
        </Plain>
      </div>
    </section>
  );
}
