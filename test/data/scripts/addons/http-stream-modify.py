from collections.abc import Iterable


def change(data: bytes) -> bytes | Iterable[bytes]:
    return data.replace(b"hello", b"jello")


def responseheaders(flow):
    flow.response.stream = change
    flow.comment = "streams"
# expect: f.comment == "streams"
# live: client == b"jello\n"
