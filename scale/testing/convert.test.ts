import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findNetworks } from '../../src/core/nn/recognise.ts';
import { blobFile, readHeader } from '../../src/core/nn/safetensors.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const folder = mkdtempSync(join(tmpdir(), 'arat-convert-'));
const path = (name: string) => join(folder, name);

/** Makes a checkpoint of a small network: its state dict under the name `s`, saved by this expression. */
async function checkpoint(name: string, saved: string): Promise<string> {
  const code = `
import sys, torch
from scale.config import NetworkSettings
from scale.network import ResNet
net = ResNet(NetworkSettings(family='resnet', width=4, blocks=(1, 1), stem_stride=1, input_scale=0.0), 10, True, 0)
s = net.state_dict()
torch.save(${saved}, sys.argv[1])`;
  const { status, stderr } = await python(['-c', code, path(name)]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return path(name);
}

const convert = (...args: string[]) => python(['scripts/pt_to_safetensors.py', ...args]);

async function networksIn(name: string) {
  const file = blobFile(new File([Uint8Array.from(readFileSync(path(name)))], name));
  return findNetworks((await readHeader(file)).entries).networks;
}

const ARCHITECTURE = { width: 4, blocks: [1, 1], classes: 10, splitBn: true };

test.skipIf(WHY_NOT !== null).each([
  ['a state dict', 's', ''],
  [
    'an entry state_dict behind module.',
    '{"epoch": 3, "state_dict": {"module." + k: v for k, v in s.items()}}',
    'module.',
  ],
  ['bfloat16 under net', '{"net": {k: v.bfloat16() for k, v in s.items()}}', ''],
])('given a checkpoint with %s, when converted, then its network is found', async (_, saved, prefix) => {
  const source = await checkpoint('a.pt', saved);
  const { status, stderr } = await convert(source, path('a.safetensors'));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(await networksIn('a.safetensors')).toEqual([{ prefix, architecture: ARCHITECTURE }]);
});

test.skipIf(WHY_NOT !== null)(
  'given a checkpoint that holds code, or an entry that is not there, when converted, then one line says so',
  async () => {
    const whole = await checkpoint('b.pt', 'net');
    const refused = await convert(whole, path('b.safetensors'));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^\S+b\.pt cannot be read \(.*\); --trust opens one that holds code\.\n$/);
    const plain = await checkpoint('c.pt', '{"weights": s}');
    const missing = await convert(plain, path('c.safetensors'), '--key', 'model');
    expect(missing.stderr).toMatch(/has no entry model: it has weights\.\n$/);
    expect((await convert(plain, path('c.safetensors'), '--key', 'weights')).status).toBe(0);
    expect(await networksIn('c.safetensors')).toHaveLength(1);
  },
);
