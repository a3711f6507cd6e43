"""Flows as commands and raw bytes."""
import shlex

from mitmproxy import exceptions
from mitmproxy.net.http.http1 import assemble_request, assemble_response
from mitmproxy.utils import strutils


def _request(f):
    if getattr(f, "request", None) is None:
        raise exceptions.CommandError("Can't export flow with no request.")
    r = f.request.copy()
    r.decode(strict=False)
    r.headers.pop("content-length", None)
    if r.headers.get("host") == r.host:
        r.headers.pop("host")
    return r


def _body(r):
    text = r.get_text(strict=True)
    if any(c < " " and c not in "\r\n\t" for c in text):
        return "$'" + strutils.bytes_to_escaped_str(text.encode(), escape_single_quotes=True) + "'"
    return shlex.quote(text)


def curl_command(f):
    """A curl command line that sends the request."""
    r = _request(f)
    args = ["curl"]
    for k, v in r.headers.items(multi=True):
        if k.lower() == "accept-encoding":
            args.append("--compressed")
        else:
            args += ["-H", f"{k}: {v}"]
    if r.method != "GET" and not (r.method == "POST" and r.content):
        args += ["-X", r.method]
    args.append(r.pretty_url)
    line = " ".join(map(shlex.quote, args))
    return f"{line} -d {_body(r)}" if r.content else line


def httpie_command(f):
    """An httpie command line that sends the request."""
    r = _request(f)
    args = ["http", r.method, r.pretty_url, *(f"{k}: {v}" for k, v in r.headers.items(multi=True))]
    line = " ".join(map(shlex.quote, args))
    return f"{line} <<< {_body(r)}" if r.content else line


def raw_request(f):
    """The request's bytes."""
    r = f.request.copy()
    if r.raw_content is None:
        raise exceptions.CommandError("Request content missing.")
    r.decode(strict=False)
    return assemble_request(r)


def raw_response(f):
    """The response's bytes."""
    if f.response is None:
        raise exceptions.CommandError("Can't export flow with no response.")
    r = f.response.copy()
    if r.raw_content is None:
        raise exceptions.CommandError("Response content missing.")
    r.decode(strict=False)
    return assemble_response(r)


def raw(f, separator=b"\r\n\r\n"):
    """Both."""
    parts = [raw_request(f)] if getattr(f, "request", None) and f.request.raw_content is not None else []
    if getattr(f, "response", None) and f.response.raw_content is not None:
        parts.append(raw_response(f))
    if not parts:
        raise exceptions.CommandError("Can't export flow with no request or response.")
    return separator.join(parts)


formats = {"curl": curl_command, "httpie": httpie_command, "raw": raw, "raw_request": raw_request,
           "raw_response": raw_response}
