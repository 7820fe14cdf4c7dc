"""The only door to numba: loops over hashes and codes, compiled once on a machine and never while a query waits.

`compiled` compiles for one signature when its module is first imported, and keeps the code beside the module or in the
user's cache; where neither can be written, it compiles at each import (docs/decisions/0014-numba.md). Kept code is told by all
that is compiled into it, so that no newer version runs what an older one compiled. Arrays of the
signatures are read-only ones, which written ones may stand for: so a map of a file is the same type as an array in memory.

What Python cannot say stands here as operations: counting bits, of eight hashes at a time as well, and fetching memory ahead of
its use. A processor without instructions for them gets others, and the answers are the same.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pickle import UnpicklingError
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from llvmlite.binding import get_host_cpu_features  # type: ignore[import-untyped]
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.misc.appdirs import AppDirs

inlined = njit(nogil=True)


def read(element: str, dimensions: int = 1) -> types.Type:
    """The type of an array of such elements that a compiled function reads."""
    return types.Array(getattr(types, element), dimensions, "C", readonly=True)


def written(element: str, dimensions: int = 1) -> types.Type:
    """The type of an array of such elements that a compiled function writes or makes."""
    return types.Array(getattr(types, element), dimensions, "C")


def group(*kinds: types.Type) -> types.Type:
    """The type of a tuple of these."""
    return types.Tuple(kinds)  # type: ignore[no-untyped-call]


WORD, INTEGER, NOTHING = types.uint64, types.int64, types.void
WORDS, SMALL, PLACES, TABLE = read("uint64"), read("uint32"), read("int64"), read("uint64", 2)
FOUND = written("int64", 2)
EIGHT = 8  # hashes at a time: one vector of 512 bits, two of 256
_FEATURES = config.CPU_FEATURES or get_host_cpu_features().flatten()  # type: ignore[attr-defined]
_OPERATIONS = inspect.getsource(sys.modules[__name__])
_STAMP_DIGITS = 16
COUNTS_EIGHT = "+avx512vpopcntdq" in _FEATURES  # whether one instruction counts the bits of so many words


def compiled(gives: types.Type, *arguments: types.Type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compiles a function for one signature now, or takes it from the cache.

    Functions that are `inlined` into it belong into the same file.
    """

    def compile_now(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = gives(*arguments)
        try:
            made: Callable[..., Any] = _kept(function, signature)
        except (RuntimeError, OSError, EOFError, UnpicklingError):  # no folder for the cache, no room in it, or torn
            made = njit(signature, nogil=True)(function)
        return made

    return compile_now


def _kept(function: Any, signature: Any) -> Any:
    """The function compiled, or out of a folder of its own beside its file or else in the user's cache.

    Numba tells kept code by the function's file and the processor; numbers of other files and the operations below are compiled
    in as well, and the folder's name tells it by these.
    """
    stamp = sha256((_OPERATIONS + "".join(_numbers(function, set()))).encode()).hexdigest()[:_STAMP_DIGITS]
    beside = function.__code__.co_filename.rpartition("/")[0] + "/__pycache__"
    held = config.CACHE_DIR  # type: ignore[attr-defined]
    made: Any = None
    try:
        for folder in [held] if held else [beside, AppDirs("indelible").user_cache_dir]:  # type: ignore[no-untyped-call]
            config.CACHE_DIR = f"{folder}/compiled-{stamp}"  # type: ignore[attr-defined]
            made = njit(signature, nogil=True, cache=True)(function)
            if stamp in made.stats.cache_path:
                break
    finally:
        config.CACHE_DIR = held  # type: ignore[attr-defined]
    return made


def _numbers(function: Any, seen: set[str]) -> Iterator[str]:
    """The numbers outside a function that it and those inlined into it use, by their names."""
    for name in sorted(set(function.__code__.co_names) - seen):
        seen.add(name)
        value = function.__globals__.get(name)
        if isinstance(value, int | float | tuple):
            yield f"{name}={value!r};"
        elif hasattr(value, "py_func"):
            yield from _numbers(value.py_func, seen)


def _counted(_context: Any, word: Any) -> Any:
    """How many bits of a uint64 are set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(word), generate


def _fetched(_context: Any, array: Any, place: Any) -> Any:
    """Asks for a place of an array ahead of its use: no more than a hint, so places outside do no harm."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, strides = _data(context, builder, signature, arguments)
        at = builder.gep(data, [builder.mul(arguments[1], strides)])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        instruction = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")  # type: ignore[no-untyped-call]
        builder.call(instruction, [at, number(0), number(3), number(1)])  # to read, into all caches, of data
        return context.get_dummy_value()

    return types.void(array, place), generate


def _data(context: Any, builder: Any, signature: Any, arguments: Any) -> tuple[Any, Any]:
    """An array's first byte, and how many bytes lie between two of its places."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    data = builder.bitcast(array.data, ir.IntType(8).as_pointer())
    return data, builder.extract_value(array.strides, 0)


def _near_ones(_context: Any, planes: Any, at: Any, query: Any, most: Any) -> Any:
    """Which of EIGHT places of two planes uint64[n] from `at` on differ from a query's two words in at most `most` bits, as bits.

    LLVM makes vectors of a loop only where it expects to gain; here they are asked for: at 256 bits a vector, half the time.
    """
    eight = ir.VectorType(ir.IntType(64), EIGHT)

    def alike(builder: Any, word: Any) -> Any:
        nothing, lanes = ir.Constant(eight, ir.Undefined), ir.VectorType(ir.IntType(32), EIGHT)
        first = builder.insert_element(nothing, word, ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(first, nothing, ir.Constant(lanes, [0] * EIGHT))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        count = cgutils.get_or_insert_function(builder.module, ir.FunctionType(eight, [eight]), f"llvm.ctpop.v{EIGHT}i64")  # type: ignore[no-untyped-call]
        apart = ir.Constant(eight, [0] * EIGHT)
        for number in range(2):
            array = context.make_array(signature.args[0][number])(context, builder, builder.extract_value(arguments[0], number))
            begin = builder.bitcast(builder.gep(array.data, [arguments[1]]), eight.as_pointer())
            asked = alike(builder, builder.extract_value(arguments[2], number))
            apart = builder.add(apart, builder.call(count, [builder.xor(builder.load(begin, align=8), asked)]))
        near = builder.icmp_unsigned("<=", apart, alike(builder, arguments[3]))
        return builder.zext(builder.bitcast(near, ir.IntType(EIGHT)), ir.IntType(64))

    return types.uint64(planes, at, query, most), generate


ones: Any = intrinsic(_counted)
near_ones: Any = intrinsic(_near_ones)
fetch: Any = intrinsic(_fetched)
