"""DNS messages and flows."""
from typing import Any, Literal
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from mitmproxy.connection import Client, Server
from mitmproxy.flow import Flow
from mitmproxy.net.dns import classes as classes
from mitmproxy.net.dns import https_records as https_records
from mitmproxy.net.dns import op_codes as op_codes
from mitmproxy.net.dns import response_codes as response_codes
from mitmproxy.net.dns import types as types

class DNSFlow(Flow):
    """A query and its answer."""
    def __init__(self, client_conn: Client, server_conn: Server, live: bool | None = ...) -> None: ...
    request: DNSMessage
    response: DNSMessage | None
    type: Literal["dns"]

class DNSMessage:
    """A query or an answer."""
    def __init__(self, *, timestamp: float | None = ..., id: int = ..., query: bool = ..., op_code: int = ..., authoritative_answer: bool = ...,
                 truncation: bool = ..., recursion_desired: bool = ..., recursion_available: bool = ..., reserved: int = ...,
                 response_code: int = ..., questions: list[Question] = ..., answers: list[ResourceRecord] = ...,
                 authorities: list[ResourceRecord] = ..., additionals: list[ResourceRecord] = ...) -> None: ...
    additionals: list[ResourceRecord]
    answers: list[ResourceRecord]
    authoritative_answer: bool
    authorities: list[ResourceRecord]
    content: bytes
    def copy(self) -> DNSMessage: ...
    def fail(self, response_code: int) -> DNSMessage: ...
    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DNSMessage: ...
    @classmethod
    def from_state(cls, s: dict[str, Any]) -> DNSMessage: ...
    def get_state(self) -> dict[str, Any]: ...
    id: int
    op_code: int
    packed: bytes
    query: bool
    question: Question | None
    questions: list[Question]
    recursion_available: bool
    recursion_desired: bool
    reserved: int
    response_code: int
    size: int
    def succeed(self, answers: Iterable[ResourceRecord]) -> DNSMessage: ...
    timestamp: float | None
    def to_json(self) -> dict[str, Any]: ...
    truncation: bool
    @classmethod
    def unpack(cls, buffer: bytes, timestamp: float | None = ...) -> DNSMessage: ...
    @classmethod
    def unpack_from(cls, buffer: bytes, offset: int, timestamp: float | None = ...) -> tuple[int, DNSMessage]: ...

class Question:
    """What is asked for."""
    def __init__(self, name: str, type: int, class_: int = ...) -> None: ...
    class_: int
    def copy(self) -> Question: ...
    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Question: ...
    @classmethod
    def from_state(cls, s: dict[str, Any]) -> Question: ...
    def get_state(self) -> dict[str, Any]: ...
    name: str
    def set_state(self, s: dict[str, Any]) -> None: ...
    def to_json(self) -> dict[str, Any]: ...
    type: int

class ResourceRecord:
    """One answer."""
    def __init__(self, name: str, type: int, class_: int, ttl: int, data: bytes) -> None: ...
    @classmethod
    def A(cls, name: str, ip: IPv4Address, *, ttl: int = ...) -> ResourceRecord: ...
    @classmethod
    def AAAA(cls, name: str, ip: IPv6Address, *, ttl: int = ...) -> ResourceRecord: ...
    @classmethod
    def CNAME(cls, alias: str, canonical: str, *, ttl: int = ...) -> ResourceRecord: ...
    DEFAULT_TTL: int
    @classmethod
    def HTTPS(cls, name: str, record: https_records.HTTPSRecord, ttl: int = ...) -> ResourceRecord: ...
    @classmethod
    def PTR(cls, inaddr: str, ptr: str, *, ttl: int = ...) -> ResourceRecord: ...
    @classmethod
    def TXT(cls, name: str, text: str, *, ttl: int = ...) -> ResourceRecord: ...
    class_: int
    def copy(self) -> ResourceRecord: ...
    data: bytes
    domain_name: str
    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ResourceRecord: ...
    @classmethod
    def from_state(cls, s: dict[str, Any]) -> ResourceRecord: ...
    def get_state(self) -> dict[str, Any]: ...
    https_alpn: tuple[bytes, ...] | None
    https_ech: str | None
    ipv4_address: IPv4Address
    ipv6_address: IPv6Address
    name: str
    def set_state(self, s: dict[str, Any]) -> None: ...
    text: str
    def to_json(self) -> dict[str, Any]: ...
    ttl: int
    type: int

Message = DNSMessage
