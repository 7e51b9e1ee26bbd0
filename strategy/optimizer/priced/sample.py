"""Parties that stand for the book."""

import numpy as np

from strategy.optimizer.priced.problem import Float32s, Int32s


def stratified(reach: Float32s, size: int, rng: np.random.Generator) -> Int32s:
    """`size` parties, or all, spread evenly over the order of their reach; ascending."""
    parties = len(reach)
    if size >= parties:
        return np.arange(parties, dtype=np.int32)
    order = np.argsort(reach, kind="stable")
    places = ((np.arange(size) + rng.random()) * parties / size).astype(np.int64)
    return np.sort(order[places]).astype(np.int32)
