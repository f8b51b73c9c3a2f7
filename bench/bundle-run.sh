#!/bin/sh
# Measures this machine: ours on WebGPU (Vulkan) and WASM, beside PyTorch where python3 (or --pytorch PYTHON) has it.
# Options are those of `npm run bench`; figures.json is written beside this file.
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

# Vulkan's loader, where the machine has none; the machine's libraries named before come first.
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder/lib"

# A container may hold NVIDIA's driver without the file that names it to Vulkan, or hold that file elsewhere.
elsewhere=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
if [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] &&
  ! ls /etc/vulkan/icd.d/*nvidia* /usr/share/vulkan/icd.d/*nvidia* >/dev/null 2>&1; then
  if [ -e "$elsewhere" ]; then
    export VK_ICD_FILENAMES="$elsewhere"
  elif /sbin/ldconfig -p 2>/dev/null | grep -q libGLX_nvidia.so.0; then
    export VK_ICD_FILENAMES="$folder/lib/nvidia_icd.json"
  fi
fi

BENCH_COMMIT=${BENCH_COMMIT:-$(cat "$folder/commit")}
export BENCH_COMMIT
exec "$folder/node" "$folder/bench/main.mjs" --node --only webgpu,wasm-node --json "$folder/figures.json" "$@"
