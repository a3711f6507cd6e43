"""Killed outright in the middle of saving: at most the last second is lost."""
import random
import re
import signal
import socket
import subprocess
import threading
import time

from conftest import WEIRDUMP, free_port, listening, wait_for

KILLS, AT_ONCE = 50, 5
GAP = 0.001             # between two requests: about 1,000 flows a second


class Run:
    """One weirdump that answers by itself and saves, its client, and its end."""

    def __init__(self, folder, seed):
        self.file, self.done = folder / f"flows-{seed}", []
        self.wait = random.Random(seed).uniform(1.2, 2.0)
        self.port = free_port()
        self.weir = subprocess.Popen(
            [WEIRDUMP, "-q", "--listen-host", "127.0.0.1", "-p", str(self.port), "--set", f"confdir={folder / 'conf'}",
             "--map-local", f"|.|{folder / 'page'}", "-w", str(self.file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self.talk)
        self.thread.start()

    def talk(self):
        wait_for(lambda: listening(self.port), "weirdump listens")
        end = time.monotonic() + self.wait
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            n = 0
            while time.monotonic() < end:
                s.sendall(b"GET http://a.test/%d HTTP/1.1\r\nHost: a.test\r\n\r\n" % n)
                got = b""
                while not got.endswith(b"hello"):
                    more = s.recv(4096)
                    assert more, got
                    got += more
                self.done.append(time.monotonic())
                n += 1
                time.sleep(GAP)
            self.killed = time.monotonic()
            self.weir.send_signal(signal.SIGKILL)
        self.weir.wait()

    def check(self):
        self.thread.join()
        out = subprocess.run([WEIRDUMP, "-n", "-r", str(self.file), "--set", f"confdir={self.file}.conf", "--flow-detail", "1"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert out.returncode == 0, out.stderr
        kept = [int(n) for n in re.findall(r"http://a\.test/(\d+)", out.stdout)]
        assert kept == list(range(len(kept)))
        must = sum(t < self.killed - 1.0 for t in self.done)
        assert must > 0 and len(kept) >= must, f"{len(kept)} of {must} older than a second, {len(self.done)} in all"


def test_killed_while_saving(tmp_path):
    (tmp_path / "page").write_bytes(b"hello")
    for i in range(0, KILLS, AT_ONCE):
        runs = [Run(tmp_path, seed) for seed in range(i, i + AT_ONCE)]
        for run in runs:
            run.check()
