"""The page's experiment in PyTorch under torchrun, for machines that a browser cannot be."""

import os

MIN_PYTHON = (3, 8)

# torchrun sets 1 where nothing is said; a process started by itself would take every core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
