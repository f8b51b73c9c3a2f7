/** The wide network beside an independent one in PyTorch, in float64, and beside the one of scale/. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { alignedLayers } from '../../src/core/methods/arat/method.ts';
import { ResNet } from '../../src/core/nn/resnet.ts';
import { exportWeights } from '../../src/core/nn/weights.ts';
import { RandomStream } from '../../src/core/random/random.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const SPEC = {
  family: 'wide' as const,
  ...{ width: 20, blocks: [2, 1, 2], stemStride: 1 as const, inputScale: 0, classes: 3, splitBn: true },
};

/**
 * Wide residual network, functional, by the names of the official state dict; train mode, through one BatchNorm set.
 */
const BY_PYTORCH = `
import json, sys, torch, torch.nn.functional as F
from pathlib import Path
from scale.safetensors import read_safetensors
from scale.config import NetworkSettings
from scale.network import Pass, ResNet
d = json.load(sys.stdin)
w = {k: v.double() for k, v in read_safetensors(Path(sys.argv[1]))[0].items() if "num_batches" not in k}
x = torch.tensor(d["x"], dtype=torch.float64).reshape(d["shape"]).permute(0, 3, 1, 2)
feats = {}
def bn(name, h):
    n = f"{name}.{d['branch']}"
    h = F.relu(F.batch_norm(h, None, None, w[n + ".weight"], w[n + ".bias"], training=True))
    feats[name] = h.mean((2, 3))
    return h
h = F.conv2d(x, w["conv1.weight"], padding=1)
for s, count in enumerate(d["blocks"]):
    for i in range(count):
        p = f"block{s + 1}.layer.{i}"
        stride = 2 if s > 0 and i == 0 else 1
        a = bn(p + ".bn1", h)
        inner = bn(p + ".bn2", F.conv2d(a, w[p + ".conv1.weight"], stride=stride, padding=1))
        out = F.conv2d(inner, w[p + ".conv2.weight"], padding=1)
        key = p + ".convShortcut.weight"
        h = out + (F.conv2d(a, w[key], stride=stride) if key in w else h)
h = bn("bn1", h)
feats["pool"] = h.mean((2, 3))
logits = F.linear(feats["pool"], w["fc.weight"], w["fc.bias"])
# That of scale/, from its own initialisation with the same seed.
theirs = ResNet(NetworkSettings("wide", d["width"], tuple(d["blocks"]), 1, 0.0), 3, True, d["seed"]).double()
apart = max(float((t.double() - w[n]).abs().max()) for n, t in theirs.exported().items())
same = sorted(theirs.exported()) == sorted(w)
made = theirs(x, Pass(d["branch"], train=True, features=tuple(d["features"])))
print(json.dumps({
    "logits": logits.tolist(), "features": {n: feats[n].tolist() for n in d["features"]},
    "scale": made.logits.tolist(), "scaleFeatures": {n: made.features[n].tolist() for n in d["features"]},
    "apart": apart, "same": same, "shared": list(theirs.shared_weights), "bn": list(theirs.bn_layers),
}))
`;

describe.skipIf(WHY_NOT !== null)('given a wide network', () => {
  test('when it is computed in PyTorch from its exported weights, then logits and features agree, and scale/ has the same weights', async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    const network = new ResNet(SPEC, 5);
    const file = join(mkdtempSync(join(tmpdir(), 'wide-')), 'weights.safetensors');
    writeFileSync(file, await exportWeights(network));
    const shape = [3, 32, 32, 3] as const;
    const values = RandomStream.of(1, 'x').uniformArray(3 * 3072, 0, 1);
    const features = [...alignedLayers(network, 'all'), 'bn1'];
    // Two layers in each of five blocks, and the pooled output.
    expect(features).toHaveLength(2 * 5 + 2);
    for (const branch of ['clean', 'adv'] as const) {
      const input = JSON.stringify({ x: [...values], shape, branch, features, seed: 5, ...SPEC });
      const { stdout, stderr } = await python(['-c', BY_PYTORCH, file], { input });
      expect(stderr).toBe('');
      const theirs = JSON.parse(stdout) as {
        logits: number[][];
        scale: number[][];
        features: Record<string, number[][]>;
        scaleFeatures: Record<string, number[][]>;
        apart: number;
        same: boolean;
        shared: string[];
        bn: string[];
      };
      const ours = tf.tidy(() => {
        const made = network.forward(tf.tensor4d(values, [...shape]), { branch, mode: 'train', features });
        return {
          logits: made.logits.arraySync() as number[][],
          features: Object.fromEntries(
            Object.entries(made.features).map(([name, t]) => [name, t.arraySync() as number[][]]),
          ),
        };
      });
      const close = (a: number[][], b: number[][]) =>
        a.flat().forEach((x, i) => expect(Math.abs(x - b.flat()[i])).toBeLessThan(2e-4));
      close(ours.logits, theirs.logits);
      close(ours.logits, theirs.scale);
      for (const name of features) {
        close(ours.features[name], theirs.features[name]);
        close(ours.features[name], theirs.scaleFeatures[name]);
      }
      expect(theirs.same).toBe(true);
      // log and cos may differ in the last bit of a double.
      expect(theirs.apart).toBeLessThan(1e-6);
      expect(theirs.shared).toEqual(network.sharedWeights);
      expect(theirs.bn).toEqual(network.bnLayers);
    }
    network.dispose();
  });
});
