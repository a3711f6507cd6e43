"""Values of header fields."""


def parse_content_type(c):
    """("text", "html", {"charset": "utf-8"}) of a content-type; None if it is no such value."""
    parts = c.split(";", 1)
    kind = parts[0].split("/", 1)
    if len(kind) != 2:
        return None
    params = {}
    for part in (parts[1] if len(parts) == 2 else "").split(";"):
        k, eq, v = part.partition("=")
        if eq:
            params[k.strip()] = v.strip()
    return kind[0].lower(), kind[1].lower(), params


def assemble_content_type(type, subtype, parameters):
    if not parameters:
        return f"{type}/{subtype}"
    return "{}/{}; {}".format(type, subtype, "; ".join(f"{k}={v}" for k, v in parameters.items()))


def __getattr__(name):
    if name == "Headers":
        from mitmproxy.http import Headers
        return Headers
    if name in ("infer_content_encoding", "guess_encoding"):
        from mitmproxy.net.http.charset import guess
        return guess
    raise AttributeError(name)
