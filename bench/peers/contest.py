"""The line protocol of bench/contest.ts: a request, then counts; each answer is [wall, CPU] milliseconds for each repetition."""
import json
import sys
import time
from typing import Callable


def request() -> dict:
    return json.loads(sys.stdin.readline())


def serve(work: Callable[[], None]) -> None:
    def timed() -> list[float]:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        return [1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)]

    for _ in range(3):
        work()
    print(json.dumps([]), flush=True)
    for line in sys.stdin:
        print(json.dumps([timed() for _ in range(int(line))]), flush=True)
