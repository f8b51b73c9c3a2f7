import { Stack, Text } from '@mantine/core';
import { useShallow } from 'zustand/react/shallow';
import { BACKEND_CHOICES, type BackendChoice } from '../../core/settings/config.ts';
import { BACKEND_WORDS } from '../shared/backend-words.ts';
import { NativeSelect } from '../shared/controls.tsx';
import { usePage } from '../state/store.ts';
import { setBackendAfterAsking } from '../state/work.ts';
import { SettingField, type Form } from './SettingField.tsx';

/** The backend: the visitor's choice, the device in use, and the result of its self-test. */
export function DeviceFields({ form }: { readonly form: Form }) {
  const { backendChoice, device, deviceBusy } = usePage(
    useShallow(({ backendChoice, device, deviceBusy }) => ({ backendChoice, device, deviceBusy })),
  );
  const lacksHalf =
    device !== null && !device.halfPrecision
      ? 'The device in use has no 16-bit floats: float16 needs WebGPU with shader-f16.'
      : null;
  const cannotChange = form.locked ?? (deviceBusy ? 'The backend is being started and tested.' : null);
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
      <SettingField
        path="precision"
        form={form}
        // float16 from a loaded setting can be changed to float32 on any device.
        disabledBecause={cannotChange ?? (form.config.precision === 'float32' ? lacksHalf : null)}
      />
      {device?.warnings.map((warning) => (
        <Text key={warning} size="xs" c="dimmed">
          {warning}
        </Text>
      ))}
    </Stack>
  );
}
