"""Seeded random streams, number for number those of src/core/random/random.ts (xoroshiro128+, a stream per name).

The generator's step is linear over GF(2), so a stream can be cut into lanes that start anywhere in it: the lanes' first
states come from powers of the step's 128x128 matrix, and the lanes then advance together in numpy. Blackman & Vigna,
Scrambled Linear Pseudorandom Number Generators, ACM TOMS 2021."""

from __future__ import annotations

from functools import lru_cache
from typing import List, Sequence, Tuple

import numpy as np

WORDS = 4
BITS = 32 * WORDS
MOST_LANES = 2048
JUMP_LOG2 = 64
"""pure-rand's `jump` moves by 2^64 numbers."""


def _step(s: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """One step of every lane: s [4, lanes] uint32 in the order s01, s00, s11, s10. Returns the outputs [lanes] and the
    next s."""
    s01, s00, s11, s10 = s
    out = s00 + s10
    a0, a1 = s10 ^ s00, s11 ^ s01
    return out, np.stack(
        [
            (s01 << 24) ^ (s00 >> 8) ^ a1 ^ ((a1 << 16) | (a0 >> 16)),
            (s00 << 24) ^ (s01 >> 8) ^ a0 ^ (a0 << 16),
            (a0 << 5) ^ (a1 >> 27),
            (a1 << 5) ^ (a0 >> 27),
        ]
    )


def _to_bits(s: np.ndarray) -> np.ndarray:
    """[4, lanes] uint32 -> [128, lanes] of 0 and 1, float32 (sums of 128 are exact)."""
    shifts = np.arange(32, dtype=np.uint32)
    return ((s[:, None, :] >> shifts[None, :, None]) & 1).reshape(BITS, -1).astype(np.float32)


def _to_words(bits: np.ndarray) -> np.ndarray:
    """The inverse of `_to_bits`."""
    words = bits.astype(np.uint64).reshape(WORDS, 32, -1) << np.arange(32, dtype=np.uint64)[None, :, None]
    return words.sum(axis=1, dtype=np.uint64).astype(np.uint32)


def _times(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ((a @ b).astype(np.int32) & 1).astype(np.float32)


@lru_cache(maxsize=None)
def _power_of_two(log2: int) -> np.ndarray:
    """The matrix of 2^log2 steps, [128,128]."""
    if log2 == 0:
        basis = _to_words(np.eye(BITS, dtype=np.float32))
        return _to_bits(_step(basis)[1])
    half = _power_of_two(log2 - 1)
    return _times(half, half)


@lru_cache(maxsize=64)
def _power(steps: int) -> np.ndarray:
    out = np.eye(BITS, dtype=np.float32)
    for i in range(steps.bit_length()):
        if steps >> i & 1:
            out = _times(_power_of_two(i), out)
    return out


def _moved(s: np.ndarray, steps: int) -> np.ndarray:
    """States [4, lanes] after `steps` steps."""
    bits = _to_bits(s)
    for i in range(steps.bit_length()):
        if steps >> i & 1:
            bits = _times(_power_of_two(i), bits)
    return _to_words(bits)


def lane_starts(s: np.ndarray, lanes: int, steps: int) -> np.ndarray:
    """States 0, steps, 2 steps, ... after s [4,1]: [4, lanes]."""
    bits = _to_bits(s)
    power = _power(steps)
    while bits.shape[1] < lanes:
        bits = np.concatenate([bits, _times(power, bits)], axis=1)
        power = _times(power, power)
    return _to_words(bits[:, :lanes])


def advance_lanes(s: np.ndarray, steps: int) -> np.ndarray:
    """The next `steps` numbers of each lane, [lanes, steps] uint32."""
    out = np.empty((steps, s.shape[1]), dtype=np.uint32)
    for i in range(steps):
        out[i], s = _step(s)
    return out.T


def initial_state(seed: int) -> np.ndarray:
    """pure-rand's xoroshiro128plus(seed), [4,1] uint32."""
    return np.array([[0xFFFFFFFF], [~seed & 0xFFFFFFFF], [seed & 0xFFFFFFFF], [0]], dtype=np.uint32)


def jumped(s: np.ndarray) -> np.ndarray:
    return _to_words(_times(_power_of_two(JUMP_LOG2), _to_bits(s)))


def _mix(seed: int, name: str) -> int:
    """FNV-1a over the name, mixed with the seed: the 32-bit seed of the named stream."""
    mask = 0xFFFFFFFF
    h = (0x811C9DC5 ^ seed) & mask
    for character in name:
        h = ((h ^ ord(character)) * 0x01000193) & mask
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & mask
    return h ^ (h >> 13)


class RandomStream:
    """The stream `name` of `seed`, from its beginning or from a state that `state()` gave."""

    def __init__(self, seed: int, name: str) -> None:
        self._state = initial_state(_mix(seed, name))

    def state(self) -> List[int]:
        return [int(word) for word in self._state[:, 0]]

    def restore(self, state: Sequence[int]) -> None:
        self._state = np.array(state, dtype=np.uint32).reshape(WORDS, 1)

    def words(self, n: int) -> np.ndarray:
        """The next n numbers, [n] uint32."""
        lanes = max(1, min(MOST_LANES, n // 16))
        steps = -(-n // lanes)
        out = advance_lanes(lane_starts(self._state, lanes, steps), steps).reshape(-1)[:n]
        self._state = _moved(self._state, n)
        return out

    def uniform(self, n: int) -> np.ndarray:
        """[n] float64 in [0,1)."""
        return self.words(n) * 2.0**-32

    def uniform_array(self, n: int, low: float, high: float) -> np.ndarray:
        """[n] float32 in [low, high)."""
        return (low + (high - low) * 2.0**-32 * self.words(n)).astype(np.float32)

    def normal_array(self, n: int) -> np.ndarray:
        """[n] float32, standard normal (Box-Muller)."""
        u = self.uniform(n + n % 2)
        radius = np.sqrt(-2 * np.log(1 - u[0::2]))
        angle = 2 * np.pi * u[1::2]
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)[:n].astype(np.float32)

    def shuffled(self, values: np.ndarray) -> np.ndarray:
        """Fisher-Yates from the end, as in random.ts."""
        out = values.tolist()
        draws = self.uniform(max(0, len(out) - 1))
        for i, u in zip(range(len(out) - 1, 0, -1), draws.tolist()):
            j = int(u * (i + 1))
            out[i], out[j] = out[j], out[i]
        return np.array(out, dtype=values.dtype)
