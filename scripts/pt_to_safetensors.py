"""Converts a PyTorch checkpoint (.pt, .pth) to safetensors, which the page and `npm run judge` open.

    python scripts/pt_to_safetensors.py model_last.pt model_last.safetensors [--key state_dict] [--trust]

Needs torch and numpy. The state dict is the checkpoint itself, or its entry `state_dict`, `model_state_dict`, `model` or
`net`, or the one that --key names. Without --trust nothing in the file is executed (torch.load with weights_only)."""

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scale.safetensors import write_safetensors  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("checkpoint")
parser.add_argument("output", type=Path)
parser.add_argument("--key", help="the entry of the checkpoint that holds the state dict")
parser.add_argument("--trust", action="store_true", help="also open checkpoints that hold more than tensors")
options = parser.parse_args()

try:
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=not options.trust)
except Exception as error:  # torch raises errors of many kinds for what it does not read
    sys.exit(f"{options.checkpoint} cannot be read ({str(error).splitlines()[0]}); --trust opens one that holds code.")
keys = [options.key] if options.key else ["state_dict", "model_state_dict", "model", "net"]
key = next((k for k in keys if isinstance(state, dict) and k in state), None)
if options.key and key is None:
    sys.exit(f"{options.checkpoint} has no entry {options.key}: it has {', '.join(map(str, list(state)[:8]))}.")
state = state if key is None else state[key]
state = state.state_dict() if isinstance(state, torch.nn.Module) else state
tensors = {name: t for name, t in state.items() if isinstance(t, torch.Tensor)}
write_safetensors(options.output, tensors, {"format": "pt"})
print(f"{options.output}: {len(tensors)} tensors")
