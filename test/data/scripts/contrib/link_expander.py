import re
from urllib.parse import urljoin

WORDS = re.compile(r"""(<(?:a|img|script)\b[^>]*?\b(?:href|src)=)(["'])(?!https?:|//|#)([^"']*)\2""")


def response(flow):
    if "html" not in flow.response.headers.get("Content-Type", ""):
        return
    url = flow.request.url
    if flow.response.text is not None:
        flow.response.text = WORDS.sub(lambda m: f"{m[1]}{m[2]}{urljoin(url, m[3])}{m[2]}", flow.response.text)
        flow.response.text = flow.response.text.replace("<title>", f'<base href="{url}"><title>')
# traffic: page
# expect: f'<base href="{f.request.url}">' in f.response.text
# live: b"<base href=" in client
