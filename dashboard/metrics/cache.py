"""Answers by question: nothing expires by time, a new data version simply asks anew.

Identical questions that arrive while the first is being answered wait for that answer, so a
hundred walls cost one query.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """Least recently used answers, at most `size` of them."""

    def __init__(self, size: int = 4096) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Future[Answer]] = OrderedDict()
        self._lock = Lock()

    def many(
        self, keys: Sequence[Hashable], compute: Callable[[list[int]], dict[int, Answer]]
    ) -> list[Answer]:
        """The answers to `keys`; `compute` is given the positions nobody has asked yet."""
        with self._lock:
            futures, mine = self._claim(keys)
        if mine:
            self._fulfil(keys, futures, mine, compute)
        return [future.result() for future in futures]

    def _claim(self, keys: Sequence[Hashable]) -> tuple[list[Future[Answer]], list[int]]:
        futures: list[Future[Answer]] = []
        mine: list[int] = []
        for position, key in enumerate(keys):
            future = self._answers.get(key)
            if future is None:
                future = Future()
                self._answers[key] = future
                mine.append(position)
            else:
                self._answers.move_to_end(key)
            futures.append(future)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return futures, mine

    def _fulfil(
        self,
        keys: Sequence[Hashable],
        futures: list[Future[Answer]],
        mine: list[int],
        compute: Callable[[list[int]], dict[int, Answer]],
    ) -> None:
        try:
            for position, answer in compute(mine).items():
                futures[position].set_result(answer)
        except BaseException as error:
            self._give_up(keys, futures, mine, error)
            raise

    def _give_up(
        self,
        keys: Sequence[Hashable],
        futures: list[Future[Answer]],
        mine: list[int],
        error: BaseException,
    ) -> None:
        """A failure is not an answer: those who wait hear of it, the next one asks again."""
        with self._lock:
            for position in mine:
                if not futures[position].done():
                    self._answers.pop(keys[position], None)
                    futures[position].set_exception(error)
