"""What losses are made of, per example [n]. logits [n,K], y [n]."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def cross_entropy_each(logits: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(logits, y, reduction="none")


def kl_each(p_logits: Tensor, q_logits: Tensor) -> Tensor:
    """KL(p || q) = sum_k p_k (log p_k - log q_k), p = softmax(p_logits), q = softmax(q_logits)."""
    log_p = F.log_softmax(p_logits, dim=1)
    return (log_p.exp() * (log_p - F.log_softmax(q_logits, dim=1))).sum(1)
