"""The concurrent decorator."""

from mitmproxy.script.concurrent import concurrent as concurrent
