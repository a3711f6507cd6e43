def request(flow):
    flow.request.cookies["session"] = "abc"


def response(flow):
    flow.response.headers.set_all("Set-Cookie", ["a=1", "b=2; Path=/"])
    flow.response.headers.pop("Strict-Transport-Security", None)
    flow.comment = str(len(flow.response.cookies.fields))
# expect: f.comment == "2" and f.request.cookies["session"] == "abc" and f.response.headers.get_all("set-cookie") == ["a=1", "b=2; Path=/"]
# live: b"b=2; Path=/" in client and origin[0][2]["cookie"] == "session=abc"
# traffic: raw
