"""Servers that tests start, each on its own loopback port."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port():
    """A loopback port that was free just before."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def serving(command, path="/"):
    """Runs a server until the block ends, with a command for its port; yields its URL when it responds."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([str(c) for c in command(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(url + path, server)
        yield url
    finally:
        server.kill()
        server.wait()


def wait_for(url, server, seconds=60):
    """Returns when url responds, with any response."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            assert server.poll() is None, f"{server.args[0]} ended with {server.returncode}"
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
