from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from embeddings.inference.batching import Batcher, Ids
from tests.waiting import PATIENCE, wait_until


class Network:
    """Gives each token its double; keeps each pass waiting until it is let go, and cannot do 13."""

    def __init__(self) -> None:
        self.passes: list[list[list[int]]] = []
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def __call__(self, ids: Ids, type_ids: Ids) -> torch.Tensor:
        self.passes.append([list(text) for text in ids])
        self.entered.release()
        assert self.go.acquire(timeout=PATIENCE)
        tokens = [token for text in ids for token in text]
        if 13 in tokens:
            raise ValueError("13")
        return 2 * torch.tensor(tokens)[:, None]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def waiting(batcher: Batcher, count: int) -> None:
    wait_until(lambda: len(batcher._waiting) == count)


def test_waiting_requests_run_in_one_pass_and_each_gets_its_own_rows(pool: ThreadPoolExecutor) -> None:
    batcher, network = Batcher(passes=1), Network()
    first = pool.submit(batcher.run, network, [[1]])
    network.entered.acquire()
    later = []
    for number, ids in enumerate(([[2, 3]], [[4], [5, 6]], [[7]])):
        later.append(pool.submit(batcher.run, network, ids))
        waiting(batcher, number + 1)
    network.go.release(2)
    assert first.result(PATIENCE).tolist() == [[2]]
    assert [one.result(PATIENCE).tolist() for one in later] == [[[4], [6]], [[8], [10], [12]], [[14]]]
    assert network.passes == [[[1]], [[2, 3], [4], [5, 6], [7]]]


def test_requests_that_do_not_fit_together_run_separately(pool: ThreadPoolExecutor) -> None:
    network, other = Network(), Network()
    batcher = Batcher(passes=1, batch_tokens=4)
    futures = [pool.submit(batcher.run, network, [[1]])]
    network.entered.acquire()
    for number, (of, *texts) in enumerate(
        [(network, [[2]]), (other, [[3]]), (network, [[4]], [[1]]), (network, [[5, 6]]), (network, [[7, 8]])]
    ):
        futures.append(pool.submit(batcher.run, of, *texts))
        waiting(batcher, number + 1)
    network.go.release(4), other.go.release(1)
    for future in futures:
        future.result(PATIENCE)
    assert network.passes == [[[1]], [[2], [5, 6]], [[4]], [[7, 8]]]
    assert other.passes == [[[3]]]


def test_an_error_reaches_only_the_thread_that_caused_it(pool: ThreadPoolExecutor) -> None:
    batcher, network = Batcher(passes=1), Network()
    network.go.release(10)
    with pytest.raises(ValueError, match="13"):
        batcher.run(network, [[13]])
    network.entered.acquire()
    network.go.acquire(blocking=False)
    while network.go.acquire(blocking=False):
        pass
    futures = [pool.submit(batcher.run, network, [[1]])]
    network.entered.acquire()
    for number, token in enumerate((2, 13, 4)):
        futures.append(pool.submit(batcher.run, network, [[token]]))
        waiting(batcher, number + 1)
    network.go.release(5)  # the first, all of the others, and each of them alone
    assert [futures[n].result(PATIENCE).tolist() for n in (0, 1, 3)] == [[[2]], [[4]], [[8]]]
    with pytest.raises(ValueError, match="13"):
        futures[2].result(PATIENCE)
    network.go.release()
    assert batcher.run(network, [[6]]).tolist() == [[12]]


def test_when_a_thread_is_interrupted_the_others_go_on(pool: ThreadPoolExecutor) -> None:
    batcher, network = Batcher(passes=1), Network()

    def interrupted(ids: Ids, type_ids: Ids) -> torch.Tensor:
        network(ids, type_ids)
        raise KeyboardInterrupt

    def interrupt() -> str:
        try:
            batcher.run(interrupted, [[1]])
        except KeyboardInterrupt:
            return "interrupted"
        return "done"

    first = pool.submit(interrupt)
    network.entered.acquire()
    second = pool.submit(batcher.run, network, [[2]])
    waiting(batcher, 1)
    network.go.release(2)
    assert first.result(PATIENCE) == "interrupted"
    assert second.result(PATIENCE).tolist() == [[4]]


def test_passes_that_run_at_once_share_the_cores(pool: ThreadPoolExecutor) -> None:
    threads = torch.get_num_threads()
    network, shares = Network(), []

    def counting(ids: Ids, type_ids: Ids) -> torch.Tensor:
        shares.append(torch.get_num_threads())
        return network(ids, type_ids)

    def run(token: int) -> int:
        batcher.run(counting, [[token]])
        return torch.get_num_threads()

    batcher = Batcher(passes=2)
    futures = [pool.submit(run, 1)]
    network.entered.acquire()
    futures.append(pool.submit(run, 2))
    network.entered.acquire()
    futures.append(pool.submit(run, 3))
    waiting(batcher, 1)
    network.go.release(3)
    assert [future.result(PATIENCE) for future in futures] == [threads] * 3
    assert shares[:2] == [threads, max(1, threads // 2)]


@pytest.mark.parametrize("passes", [1, 2, 8])
def test_many_threads_get_their_own_rows(passes: int) -> None:
    batcher = Batcher(passes)

    def network(ids: Ids, type_ids: Ids) -> torch.Tensor:
        return torch.tensor([token for text in ids for token in text])[:, None]

    def ask(number: int) -> bool:
        texts = [[number, n] for n in range(number % 3 + 1)]
        return batcher.run(network, texts).flatten().tolist() == [token for text in texts for token in text]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))
