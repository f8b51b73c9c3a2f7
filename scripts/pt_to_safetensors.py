"""Converts a PyTorch checkpoint (.pt, .pth) to safetensors, which the page and `npm run judge` open.

    python scripts/pt_to_safetensors.py model_last.pt model_last.safetensors [--key state_dict] [--trust]

Needs torch and safetensors. The state dict is the checkpoint itself, or its entry `state_dict`, `model_state_dict`,
`model` or `net`, or the one that --key names. Without --trust nothing in the file is executed (`weights_only`)."""

import argparse

import torch
from safetensors.torch import save_file

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("checkpoint")
parser.add_argument("output")
parser.add_argument("--key", help="the entry of the checkpoint that holds the state dict")
parser.add_argument("--trust", action="store_true", help="also open checkpoints that hold more than tensors")
options = parser.parse_args()

state = torch.load(options.checkpoint, map_location="cpu", weights_only=not options.trust)
for key in [options.key] if options.key else ["state_dict", "model_state_dict", "model", "net"]:
    if options.key or (isinstance(state, dict) and key in state):
        state = state[key]
        break
if isinstance(state, torch.nn.Module):
    state = state.state_dict()
# Copies: safetensors stores no two tensors that share memory.
tensors = {name: t.detach().clone().contiguous() for name, t in state.items() if isinstance(t, torch.Tensor)}
save_file(tensors, options.output, metadata={"format": "pt"})
print(f"{options.output}: {len(tensors)} tensors")
