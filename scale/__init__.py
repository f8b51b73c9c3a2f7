"""The page's experiment in PyTorch under torchrun, for machines that a browser cannot be."""

import os

__version__ = "0.1.0"
"""The page's version (package.json)."""

# torchrun sets 1 where nothing is said; a process started by itself would take every core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
