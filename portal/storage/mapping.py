"""Map the columns of a row to the fields of a dataclass, and values to what engines store."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from portal import clock

T = TypeVar("T")
Convert = Callable[[Any], Any]
Make = Callable[[Sequence[Any]], Any]


class UnknownValue(Exception):
    """A column holds what its field cannot be; the message names table, column and value."""


def bound(args: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
    """Arguments as drivers take them: times as text, flags as 0 or 1, lists as JSON."""
    if isinstance(args, Mapping):
        return {name: _bound(value) for name, value in args.items()}
    for value in args:
        if type(value) in _BOUND:
            return [_bound(value) for value in args]
    return args


def _bound(value: Any) -> Any:
    convert = _BOUND.get(type(value))
    return convert(value) if convert else value


def _json(values: Any) -> str:
    return orjson.dumps([*values]).decode()


_BOUND: dict[type, Convert] = {
    bool: int,
    datetime: clock.text,
    date: date.isoformat,
    tuple: _json,
    list: _json,
    set: _json,
    frozenset: _json,
}


@cache
def maker(kind: Any, columns: tuple[str, ...]) -> Make:
    """A function that makes a `kind` of one row with these columns."""
    if kind is tuple:
        return tuple
    if kind is dict:
        return lambda row: dict(zip(columns, row, strict=True))
    if is_dataclass(kind):
        return partial(_made, kind, _plan(kind, columns))
    convert = _converter(kind) or _same
    return lambda row: _converted(convert, columns[0], row[0])


def mapped(kind: Callable[..., T], row: Mapping[str, Any]) -> T:
    """A dataclass from some columns of a wider row, which came as a dict."""
    made: T = maker(kind, tuple(row))(tuple(row.values()))
    return made


def _made(kind: Any, plan: list[tuple[str, int, Convert | None]], row: Sequence[Any]) -> Any:
    return kind(
        **{
            name: row[at] if convert is None else _converted(convert, name, row[at])
            for name, at, convert in plan
        }
    )


def _plan(kind: Any, columns: tuple[str, ...]) -> list[tuple[str, int, Convert | None]]:
    """Field, position of its column, and how to convert it."""
    hints = get_type_hints(kind)
    places = {column: at for at, column in enumerate(columns)}
    wanted = [field for field in fields(kind) if field.init]
    missing = [
        field.name
        for field in wanted
        if field.name not in places and field.default is field.default_factory is MISSING
    ]
    if missing:
        raise TypeError(f"No column for {kind.__name__}.{', '.join(missing)}.")
    return [
        (field.name, places[field.name], _converter(hints[field.name]))
        for field in wanted
        if field.name in places
    ]


def _converted(convert: Convert, column: str, value: Any) -> Any:
    try:
        return convert(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise UnknownValue(column, value) from error


def _converter(hint: Any) -> Convert | None:
    """None where the driver's own value is the field's."""
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [each for each in get_args(hint) if each is not types.NoneType]
        inner = _converter(kinds[0]) if len(kinds) == 1 else None
        return partial(_unless_none, inner) if inner else None
    if hint is datetime:
        return clock.moment
    if hint is date:
        return date.fromisoformat
    if hint is bool:
        return _flag
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return None


def _unless_none(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _flag(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _same(value: Any) -> Any:
    return value
