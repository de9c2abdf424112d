"""A proxy between a client and a mailbox server that cuts the connection where a test wants it cut."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Self


class CuttingProxy:
    """Passes connections on; the first ones are reset after so many bytes from the server."""

    def __init__(self, port: int, *cuts: int) -> None:
        self._target = port
        self._cuts = list(cuts)
        self._threads: list[threading.Thread] = []
        self._socks: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.made = 0

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for sock in [self._listener, *self._socks]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for sock in [self._listener, *self._socks]:
            sock.close()

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                cut = self._cuts[self.made] if self.made < len(self._cuts) else None
                self.made += 1
                server = socket.create_connection(("127.0.0.1", self._target))
                for sock in (client, server):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socks += [client, server]
                self._spawn(self._pass_on, client, server, None)
                self._spawn(self._pass_on, server, client, cut)

    def _pass_on(self, source: socket.socket, target: socket.socket, cut: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                if cut is not None and passed + len(data) >= cut:
                    target.sendall(data[: cut - passed])
                    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                passed += len(data)
                target.sendall(data)
        for sock in (source, target):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
