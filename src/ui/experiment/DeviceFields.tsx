import { Stack, Text } from '@mantine/core';
import { BACKEND_CHOICES, type BackendChoice } from '../../core/settings/config.ts';
import { BACKEND_WORDS } from '../shared/backend-words.ts';
import { NativeSelect, type Reason } from '../shared/controls.tsx';
import { usePage, workbench } from '../state/store.ts';
import { setBackendAfterAsking } from '../state/work.ts';
import { SwitchField } from './fields.tsx';

/** Where training runs, what the self-test found, and the visitor's choice. */
export function DeviceFields({ disabledBecause }: { readonly disabledBecause: Reason }) {
  const { backendChoice, device, deviceBusy, config } = usePage();
  const lacksHalf = device !== null && !device.halfPrecision;
  const cannotChange = disabledBecause ?? (deviceBusy ? 'The backend is being started and tested.' : null);
  return (
    <Stack gap="xs">
      <NativeSelect
        size="xs"
        label="Backend"
        description="Changing it discards the models of the last race."
        value={backendChoice}
        disabledBecause={cannotChange}
        data={BACKEND_CHOICES.map((value) => ({ value, label: BACKEND_WORDS[value] }))}
        onChange={(e) => void setBackendAfterAsking(e.currentTarget.value as BackendChoice)}
      />
      <Text size="xs" role="status">
        {deviceBusy
          ? 'Starting and testing it…'
          : device
            ? `Runs on ${device.device} (${device.backend}), self-test passed, about ${device.gflops.toFixed(1)} GFLOP/s.`
            : 'It is started and tested when you press Train.'}
      </Text>
      <SwitchField
        label="Half precision (float16)"
        help={
          'Convolutions in training multiply 16-bit floats; evaluation stays in 32 bits.' +
          (lacksHalf ? ' What runs now has none: it takes WebGPU with shader-f16.' : '')
        }
        checked={config.precision === 'float16'}
        // Once on, it can be switched off on any device.
        disabledBecause={
          cannotChange ??
          (lacksHalf && config.precision === 'float32'
            ? 'The device in use has no 16-bit floats: it takes WebGPU with shader-f16.'
            : null)
        }
        onChange={(on) =>
          workbench.setConfig({ ...config, precision: on ? 'float16' : 'float32', preset: 'custom' })
        }
      />
      {device?.warnings.map((warning) => (
        <Text key={warning} size="xs" c="dimmed">
          {warning}
        </Text>
      ))}
    </Stack>
  );
}
