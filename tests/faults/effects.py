"""Every side effect of a handler, as it comes: to write it down, or to let it go wrong.

A side effect is an AWS call, a connection, an SQL statement or a commit. They are met where they
leave the process: between botocore and moto, and where psycopg sends. So what a handler adds is
met as well, without a list that somebody keeps.
"""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from unittest.mock import patch

import psycopg
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.retries.standard import ExponentialBackoff
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from psycopg import sql
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest

LOCK_NOT_AVAILABLE, QUERY_CANCELED = "55P03", "57014"
NOBODY_LISTENS = 9  # The discard port of 127.0.0.1.


@dataclass(frozen=True)
class Effect:
    """One side effect: the step that has it, and its place there."""

    step: str
    number: int
    name: str

    def __str__(self) -> str:
        return f"{self.step}.{self.number:02} {self.name}"


class Deed(Protocol):
    """What a side effect does to the world, and the ways in which it goes wrong."""

    def do(self) -> Any:
        """Do it."""

    def lose(self) -> Any:
        """Lose the connection, as the handler sees it; what was done before stays done."""

    def refuse(self) -> Any:
        """Be told by the service that it has too much to do."""

    def time_out(self) -> Any:
        """Wait for too long."""


@dataclass
class AwsCall:
    """An attempt of an AWS call; botocore makes several before the handler hears of it."""

    request: AWSPreparedRequest
    send: Callable[[AWSPreparedRequest], AWSResponse]

    def do(self) -> AWSResponse:
        """Let the service answer."""
        return self.send(self.request)

    def lose(self) -> AWSResponse:
        """Close the connection without an answer."""
        raise ConnectionClosedError(endpoint_url=self.request.url)

    def refuse(self) -> AWSResponse:
        """Answer as AWS does above its quotas."""
        body = json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"})
        return answer(self.request, 400, {}, body.encode())

    def time_out(self) -> AWSResponse:
        """Give no answer in time."""
        raise ReadTimeoutError(endpoint_url=self.request.url)


def answer(
    request: AWSPreparedRequest, status: int, headers: dict[str, str], body: bytes
) -> AWSResponse:
    """Return what botocore takes for an answer from the network."""
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]


@dataclass
class Login:
    """The opening of a connection."""

    connect: Callable[..., psycopg.Connection]
    parameters: dict[str, Any] = field(repr=False)
    admin: psycopg.Connection
    made: psycopg.Connection | None = None

    def do(self) -> psycopg.Connection:
        """Log in."""
        self.made = self.connect(**self.parameters)
        return self.made

    def lose(self) -> psycopg.Connection:
        """Find that nobody listens; a login that was done before is cut off."""
        if self.made:
            self.made.close()
        return self.connect(**{**self.parameters, "host": "127.0.0.1", "port": NOBODY_LISTENS})

    def refuse(self) -> psycopg.Connection:
        """Be one too many: a real answer, by a limit that is taken back at once."""
        limit = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}")
        user = sql.Identifier(self.parameters["user"])
        self.admin.execute(limit.format(user, sql.Literal(0)))
        try:
            return self.do()
        finally:
            self.admin.execute(limit.format(user, sql.Literal(-1)))

    def time_out(self) -> psycopg.Connection:
        """Wait in vain; libpq waits two seconds at least, which no test has."""
        message = "connection timeout expired"
        raise psycopg.errors.ConnectionTimeout(message)


@dataclass
class Statement:
    """A statement or a commit in an open session."""

    connection: psycopg.Connection
    execute: Callable[[], Any]

    def do(self) -> Any:
        """Execute it."""
        return self.execute()

    def lose(self) -> Any:
        """Lose the session: the server ends its transaction."""
        self.connection.pgconn.finish()
        message = "server closed the connection unexpectedly"
        raise psycopg.OperationalError(message)

    def refuse(self) -> Any:
        """Fail on a lock."""
        self._fail(LOCK_NOT_AVAILABLE)

    def time_out(self) -> Any:
        """Fail on the time that a statement may take."""
        self._fail(QUERY_CANCELED)

    def _fail(self, state: str) -> None:
        """Let the server itself raise the error, so that the transaction has failed for it too."""
        fail = (
            f"DO $$ BEGIN RAISE EXCEPTION 'it cannot be done now' USING ERRCODE = '{state}'; END $$"
        )
        psycopg.Cursor(self.connection).execute(fail.encode())


class Seam:
    """What lies between a handler and its surroundings, for the thread that opens it."""

    def __init__(
        self,
        admin: psycopg.Connection,
        act: Callable[[Effect, Deed], Any] = lambda _, deed: deed.do(),
        send: Callable[[AWSPreparedRequest], AWSResponse] | None = None,
    ) -> None:
        self.seen: list[Effect] = []
        self.left_open = 0  # Connections, when the block ended.
        self._connections: list[psycopg.Connection] = []
        self.step = ""
        self._admin, self._act, self._send = admin, act, send
        self._thread, self._acting = threading.get_ident(), False

    @contextmanager
    def open(self) -> Iterator[Seam]:
        """Meet the side effects of this thread inside the block; botocore does not pause."""
        with (
            patch.object(BotocoreStubber, "__call__", self._stubber(BotocoreStubber.__call__)),
            patch.object(psycopg, "connect", self._connect(psycopg.connect)),
            patch.object(ExponentialBackoff, "delay_amount", lambda *_: 0),
        ):
            try:
                yield self
            finally:
                # Whatever became of the handler: else another test hears of it from the collector.
                for connection in self._connections:
                    self.left_open += not connection.closed
                    connection.close()

    def meet(self, name: str, deed: Deed, *, again: bool = False) -> Any:
        """Let the side effect happen, or what is to happen in its place."""
        if self._acting or threading.get_ident() != self._thread:
            return deed.do()
        if not again:
            number = 1 + sum(effect.step == self.step for effect in self.seen)
            self.seen.append(Effect(self.step, number, name))
        self._acting = True
        try:
            return self._act(self.seen[-1], deed)
        finally:
            self._acting = False

    def _stubber(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def stubber(
            stub: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **_: Any
        ) -> Any:
            send = self._send or (lambda request: original(stub, event_name, request))
            target, attempt = (
                text(request.headers[name]) for name in ("X-Amz-Target", "amz-sdk-request")
            )
            again = not attempt.startswith("attempt=1")
            return self.meet(target.partition(".")[2], AwsCall(request, send), again=again)

        return stubber

    def _connect(self, original: Callable[..., psycopg.Connection]) -> Callable[..., Any]:
        seam = self

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
                def execute() -> Any:
                    return psycopg.Cursor.execute(self, query, *args, **kwargs)

                words = query.as_string(self) if hasattr(query, "as_string") else str(query)
                return seam.meet(summary(words), Statement(self.connection, execute))

        class Connection(psycopg.Connection[Any]):
            def commit(self) -> None:
                if self.info.transaction_status != TransactionStatus.IDLE:
                    seam.meet("COMMIT", Statement(self, super().commit))

        def connect(**parameters: Any) -> psycopg.Connection:
            if threading.get_ident() != self._thread or self._acting:
                return original(**parameters)
            open_connection = Connection.connect
            parameters["cursor_factory"] = Cursor
            made: psycopg.Connection = self.meet(
                "connect", Login(open_connection, parameters, self._admin)
            )
            self._connections.append(made)
            return made

        return connect


def text(header: str | bytes) -> str:
    """Return a header as text, whichever way botocore keeps it."""
    return header.decode() if isinstance(header, bytes) else header


def summary(statement: str) -> str:
    """Return what a statement does, without the names and values in it."""
    bare = re.sub(r"(\"([^\"]|\"\")*\"|'([^']|'')*')", "…", statement)
    return " ".join(re.findall(r"[A-Za-z_]+", bare)[:5])
