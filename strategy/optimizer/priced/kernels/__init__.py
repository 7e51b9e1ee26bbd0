"""Loops over parties, compiled by numba. Plain arrays in and out; callers know the meaning.

Compiled code is cached beside the source (or in `NUMBA_CACHE_DIR`). Types are those of the arrays.
"""
