"""A handler in a process of its own, which is killed with SIGKILL at one side effect."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest
from moto.core.botocore_stubber import BotocoreStubber
from tests.faults.effects import Seam, answer

from secrets_manager.lab.rotation import STEPS

if TYPE_CHECKING:
    from tests.faults.effects import Deed, Effect
    from tests.faults.world import World

SURVIVED = 70


def killed(world: World, token: str, at: Effect | None) -> bool:
    """Rotate in a child that SIGKILL ends just before a side effect, or after all; return whether.

    moto lives in this process, so the child's AWS calls come here, by a socket.
    """
    here, there = socket.socketpair()
    with here, there:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Other threads are pytest's.
            child = os.fork()
        if child == 0:
            _rotate_and_die(world, token, at, there)
        there.close()
        try:
            _serve(here)
        finally:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _rotate_and_die(world: World, token: str, at: Effect | None, there: socket.socket) -> None:
    """Be the child: nothing of pytest's may run here, so it never returns."""

    def act(effect: Effect, deed: Deed) -> Any:
        if effect == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return deed.do()

    def send(request: AWSPreparedRequest) -> Any:
        headers = {name: request.headers[name] for name in request.headers}
        _put(there, (request.method, request.url, headers, request.body))
        status, headers, body = _get(there)
        return answer(request, status, headers, body)

    try:
        with Seam(world.admin, act, send).open() as seam:
            for step in STEPS:
                seam.step = step
                world.subject.handler(
                    {"SecretId": world.arn, "ClientRequestToken": token, "Step": step}, None
                )
        if at is None:
            os.kill(os.getpid(), signal.SIGKILL)
    finally:
        os._exit(SURVIVED)


def _serve(here: socket.socket) -> None:
    """Answer the child's AWS calls until it is dead."""
    stubber = BotocoreStubber()
    stubber.enabled = True
    with suppress(EOFError, ConnectionError):
        while True:
            method, url, headers, body = _get(here)
            request = AWSPreparedRequest(method, url, headers, body, stream_output=False)
            told = stubber("before-send", request)
            if told is None:
                raise EOFError
            _put(here, (told.status_code, dict(told.headers), told.content))


def _put(line: socket.socket, message: object) -> None:
    data = pickle.dumps(message)
    line.sendall(struct.pack("!I", len(data)) + data)


def _get(line: socket.socket) -> Any:
    (length,) = struct.unpack("!I", _exactly(line, 4))
    return pickle.loads(_exactly(line, length))  # noqa: S301 - From our own child.


def _exactly(line: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = line.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data
