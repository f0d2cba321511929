"""Benchmarks: the product against a floor, both measured in the same run."""
