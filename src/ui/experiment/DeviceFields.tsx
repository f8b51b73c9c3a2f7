import { NativeSelect, Stack, Text } from '@mantine/core';
import { BACKEND_CHOICES, type BackendChoice } from '../../core/settings/config.ts';
import { usePage } from '../state/store.ts';
import { setBackendAfterAsking } from '../state/work.ts';
import { SwitchField } from './fields.tsx';

const WORDS: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic: the fastest that is right here',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly (CPU)',
  cpu: 'Plain JavaScript (slow)',
};

/** Where training runs, what the self-test found, and the visitor's choice. */
export function DeviceFields({ disabled }: { readonly disabled: boolean }) {
  const { backendChoice, device, deviceBusy, config, setConfig } = usePage();
  const lacksHalf = device !== null && !device.halfPrecision;
  return (
    <Stack gap="xs">
      <NativeSelect
        size="xs"
        label="Backend"
        description="Changing it discards the models of the last race."
        value={backendChoice}
        disabled={disabled || deviceBusy}
        data={BACKEND_CHOICES.map((value) => ({ value, label: WORDS[value] }))}
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
        disabled={disabled || deviceBusy || (lacksHalf && config.precision === 'float32')}
        onChange={(on) => setConfig({ ...config, precision: on ? 'float16' : 'float32', preset: 'custom' })}
      />
      {device?.warnings.map((warning) => (
        <Text key={warning} size="xs" c="dimmed">
          {warning}
        </Text>
      ))}
    </Stack>
  );
}
