"""Compile each template and each URL rule once for all portals of a test run.

A test makes a portal of its own, and compiling took most of its time.
"""

from collections.abc import Callable

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class CompiledTemplates(BytecodeCache):
    """Compiled templates of this process. Jinja compiles a changed source again."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._compiled.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.code = kept.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket


def compile_once() -> None:
    """Share what is compiled among all applications of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    _share_url_builders()


def _share_url_builders() -> None:
    compiled: dict[tuple[object, ...], Builder] = {}
    compile_builder = Rule._compile_builder

    def shared(rule: Rule, append_unknown: bool = True) -> Builder:
        defaults = sorted((rule.defaults or {}).items())  # compiled into the function
        key = (rule.rule, *rule._trace, repr(defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = shared  # type: ignore[assignment,method-assign]  # no switch for it
