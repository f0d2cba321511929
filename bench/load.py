"""Load from keep-alive connections of one process, with the time of each answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """Answers a second, and the seconds of each in order of arrival."""

    rate: float
    seconds: list[float]
    failures: int


def run(
    port: int, request: Callable[[int], bytes], *, count: int, connections: int, rate: float = 0.0
) -> Load:
    """Send raw requests from `request(number)`; `rate` limits them a second, 0 does not."""
    return asyncio.run(_run(port, request, count, connections, rate))


async def _run(
    port: int, request: Callable[[int], bytes], count: int, connections: int, rate: float
) -> Load:
    numbers = iter(range(count))
    seconds: list[float] = []
    failures = 0
    started = time.perf_counter()

    async def one() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            if rate:
                await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            begun = time.perf_counter()
            writer.write(request(number))
            status = await _read(reader)
            seconds.append(time.perf_counter() - begun)
            failures += status >= 400
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return Load(count / (time.perf_counter() - started), seconds, failures)


async def _read(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
            return status
        if line.lower() == b"transfer-encoding: chunked":
            await _read_chunks(reader)
            return status
    return status


async def _read_chunks(reader: asyncio.StreamReader) -> None:
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()
