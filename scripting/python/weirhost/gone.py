"""What is not there, in a sentence that names what to use."""
import difflib

PAGE = "weir-script(7) names what there is"

# Modules, with those below them, and names in modules.
MODULES = {
    "mitmproxy.addonmanager": "ctx.master.addons",
    "mitmproxy.addons": "ctx.options and ctx.master.commands: what the program does is set and called there",
    "mitmproxy.addons.clientplayback": "the command replay.client",
    "mitmproxy.addons.dumper": "--flow-detail, or print()",
    "mitmproxy.addons.next_layer": "the event next_layer, and the options ignore_hosts, tcp_hosts and rawtcp",
    "mitmproxy.addons.proxyauth": "--proxyauth",
    "mitmproxy.addons.serverplayback": "the options whose names begin with server_replay, and the commands of replay.server",
    "mitmproxy.addons.tlsconfig": "--certs, and the options whose names begin with tls_",
    "mitmproxy.addons.view": "ctx.master.view",
    "mitmproxy.certs": "Cert, or --certs and --set confdir=FOLDER",
    "mitmproxy.certs.CertStore": "--certs, and --set confdir=FOLDER",
    "mitmproxy.certs.CertStoreEntry": "--certs, and --set confdir=FOLDER",
    "mitmproxy.command": "@command.command and ctx.master.commands",
    "mitmproxy.command_lexer": "ctx.master.commands.execute()",
    "mitmproxy.contentviews": "mitmproxy.contentviews.Contentview with a prettify() of your own: the program's views are not in Python",
    "mitmproxy.contrib": "a package of your own",
    "mitmproxy.controller": "flow.intercept(), flow.resume() and flow.kill()",
    "mitmproxy.coretypes.basethread": "the standard library's threading",
    "mitmproxy.coretypes.bidi": "the standard library's enum",
    "mitmproxy.coretypes.serializable": "get_state() and from_state()",
    "mitmproxy.eventsequence": "iterate()",
    "mitmproxy.exceptions": "MitmproxyException",
    "mitmproxy.flowfilter": "parse() and match()",
    "mitmproxy.http.expect_continue_response": "Response.make()",
    "mitmproxy.http.make_connect_request": "the event http_connect",
    "mitmproxy.http.make_connect_response": "the event http_connect",
    "mitmproxy.http.make_error_response": "Response.make()",
    "mitmproxy.http.make_expect_continue_response": "Response.make()",
    "mitmproxy.io": "FlowReader and FlowWriter",
    "mitmproxy.io.compat": "weirdump -r OLD -w NEW",
    "mitmproxy.io.har": "weirdump -r FILE.har, or the command view.flows.load",
    "mitmproxy.net.local_ip": "the standard library's socket",
    "mitmproxy.log": "the standard library's logging, or ctx.log",
    "mitmproxy.net.encoding": "encode() and decode()",
    "mitmproxy.net.free_port": "the standard library's socket",
    "mitmproxy.net.http.encoding": "mitmproxy.net.encoding",
    "mitmproxy.net.http.http1.read": "read_request_head() and read_response_head(), or FlowReader",
    "mitmproxy.net.http.http2": "mitmproxy.http: what came by HTTP/2 is a flow like others",
    "mitmproxy.net.http.message": "mitmproxy.http",
    "mitmproxy.net.http.request": "mitmproxy.http",
    "mitmproxy.net.http.response": "mitmproxy.http",
    "mitmproxy.net.http.validate": "the option validate_inbound_headers",
    "mitmproxy.net.server_spec": "parse()",
    "mitmproxy.net.socks": "--mode socks5",
    "mitmproxy.net.tcp": "the standard library's socket",
    "mitmproxy.net.http.user_agents": "a text of your own",
    "mitmproxy.net.udp": "the standard library's asyncio",
    "mitmproxy.net.tls": "the options whose names begin with tls_, and mitmproxy.tls",
    "mitmproxy.net.websocket": "mitmproxy.websocket",
    "mitmproxy.net.websockets": "mitmproxy.websocket",
    "mitmproxy.net.wsgi": "mitmproxy.addons.asgiapp",
    "mitmproxy.options": "ctx.options",
    "mitmproxy.optmanager": "ctx.options, and weirdump --options",
    "mitmproxy.optmanager.load": 'ctx.master.commands.call("options.load", path)',
    "mitmproxy.optmanager.load_paths": 'ctx.master.commands.call("options.load", path)',
    "mitmproxy.optmanager.save": 'ctx.master.commands.call("options.save", path)',
    "mitmproxy.optmanager.serialize": 'ctx.master.commands.call("options.save", path)',
    "mitmproxy.platform": "--mode transparent",
    "mitmproxy.protocol": "mitmproxy.proxy.layers",
    "mitmproxy.proxy.commands": "the events of an addon, and ctx.master.commands",
    "mitmproxy.proxy.config": "ctx.options, as ignore_hosts and allow_hosts",
    "mitmproxy.proxy.config.HostMatcher": "the options ignore_hosts, allow_hosts and tcp_hosts",
    "mitmproxy.proxy.events": "the events of an addon",
    "mitmproxy.proxy.layer": "Layer and NextLayer",
    "mitmproxy.proxy.layers": "the names of mitmproxy.proxy.layers: the program's layers are not in Python",
    "mitmproxy.proxy.layers.QuicStreamLayer": "TCPLayer: there is no QUIC",
    "mitmproxy.proxy.layers.quic": "mitmproxy.proxy.layers.tcp: there is no QUIC",
    "mitmproxy.proxy.layers.tcp.TcpMessageInjected": "the command inject.tcp",
    "mitmproxy.proxy.layers.websocket.WebSocketMessageInjected": "the command inject.websocket",
    "mitmproxy.proxy.mode_servers": "--mode, and the option server",
    "mitmproxy.proxy.mode_specs": "RegularMode, TransparentMode, UpstreamMode, ReverseMode, Socks5Mode and DnsMode",
    "mitmproxy.proxy.DummyServer": "weirdump -n",
    "mitmproxy.proxy.ProxyConfig": "ctx.options",
    "mitmproxy.proxy.ProxyServer": "weirdump -s SCRIPT",
    "mitmproxy.proxy.modes": "--mode",
    "mitmproxy.proxy.protocol": "mitmproxy.proxy.layers",
    "mitmproxy.proxy.RootContext": "mitmproxy.proxy.context",
    "mitmproxy.proxy.root_context": "mitmproxy.proxy.context",
    "mitmproxy.proxy.server": "mitmproxy.proxy.server_hooks, or weirdump -s SCRIPT",
    "mitmproxy.proxy.tunnel": "--mode upstream, and next_layer",
    "mitmproxy.proxy.utils": "the standard library",
    "mitmproxy.script": "mitmproxy.script.concurrent",
    "mitmproxy.stateobject": "get_state() and from_state()",
    "mitmproxy.test": "mitmproxy.test.tflow, tutils and taddons",
    "mitmproxy.tools": "ctx.master",
    "mitmproxy.tools.console": "ctx.master.commands: those whose names begin with console.",
    "mitmproxy.types": "mitmproxy.command",
    "mitmproxy.utils": "the standard library",
    "mitmproxy.utils.arg_check": "the page weir(1)",
    "mitmproxy.utils.compat": "the standard library",
    "mitmproxy.utils.data": "the standard library's pathlib, and __file__",
    "mitmproxy.utils.debug": "the standard library's faulthandler",
    "mitmproxy.utils.htpasswd": "--proxyauth @FILE",
    "mitmproxy.utils.magisk": "the certificates in confdir",
    "mitmproxy.utils.pyinstaller": "the standard library",
    "mitmproxy.utils.signals": "functions of your own",
    "mitmproxy.utils.sliding_window": "the standard library's itertools",
    "mitmproxy.utils.spec": "str.split(), and mitmproxy.flowfilter.parse()",
    "mitmproxy.utils.vt_codes": "print() with escape sequences of your own",
    "mitmproxy.websocket.WebSocketFlow": "mitmproxy.http.HTTPFlow, whose websocket has the messages",
    "libmproxy.cmdline": "weirdump -s SCRIPT",
    "libmproxy.console": "weir -s SCRIPT",
    "libmproxy.controller": "the methods of the context, and flow.reply()",
    "libmproxy.controller.Master": "weirdump -s SCRIPT",
    "libmproxy.dump": "weirdump -s SCRIPT",
    "libmproxy.encoding": "encode() and decode()",
    "libmproxy.filt": "parse(), and flow.match()",
    "libmproxy.flow": "the methods of the context, or ctx.master of mitmproxy.ctx",
    "libmproxy.flow.ClientConnect": "libmproxy.proxy.connection.ClientConnection",
    "libmproxy.flow.Request": "libmproxy.protocol.http.HTTPRequest",
    "libmproxy.flow.Response": "libmproxy.protocol.http.HTTPResponse",
    "libmproxy.flow.ServerPlaybackState": "the option server_replay",
    "libmproxy.main": "weirdump -s SCRIPT",
    "libmproxy.onboarding": "the options onboarding and onboarding_host",
    "libmproxy.platform": "-T",
    "libmproxy.protocol.http.RequestReplayThread": "context.replay_request()",
    "libmproxy.proxy.server.DummyServer": "weirdump -n",
    "libmproxy.proxy.config": "the options in weir(1)",
    "libmproxy.proxy.primitives": "-R, -T and -U, or --mode",
    "libmproxy.script": "concurrent, and the methods of the context",
    "libmproxy.script.Script": "the option scripts",
    "libmproxy.proxy.server.ProxyServer": "weirdump -s SCRIPT",
    "libmproxy.stateobject": "get_state() and from_state()",
    "libmproxy.utils": "the standard library",
    "libmproxy.web": "weir -s SCRIPT",
    "netlib.certutils.CertStore": "--certs, and --set confdir=FOLDER",
    "netlib.encoding": "encode() and decode()",
    "netlib.exceptions": "mitmproxy.exceptions",
    "netlib.http": "netlib.http.Headers, or mitmproxy.http",
    "netlib.http.authentication": "--proxyauth, and parse_http_basic_auth() of netlib.http",
    "netlib.http.user_agents": "a text of your own",
    "netlib.http_auth": "--proxyauth, and parse_http_basic_auth() of netlib.http",
    "netlib.http_uastrings": "a text of your own",
    "netlib.socks": "--mode socks5",
    "netlib.tcp": "the standard library's socket",
    "netlib.tcp.TCPClient": "the standard library's socket",
    "netlib.tcp.TCPServer": "the standard library's socketserver",
    "netlib.tutils": "mitmproxy.test.tutils",
    "netlib.utils": "the standard library",
    "netlib.websockets": "flow.websocket of an addon (mitmproxy.http)",
    "netlib.wsgi": "context.app_registry",
}
_MESSAGE = {"get_decoded_content": "content", "httpversion": "http_version", "replace": "content and re.sub()", "body": "content"}
_CONN = {"ssl_established": "tls_established", "timestamp_ssl_setup": "timestamp_tls_setup", "connection": "its facts: there is no socket",
         "wfile": "flow.response, or inject.tcp", "rfile": "tcp_message", "send": "flow.response, or inject.tcp",
         "finish": "flow.kill()", "tls_extensions": "client_hello.extensions in tls_clienthello"}
_CLASSIC = {"data": "the attributes themselves", "text": "content", "cookies": "get_cookies()", "raw_content": "content",
            "get_text": "get_decoded_content()", "status_code": "code", "reason": "msg", "query": "get_query()", "trailers": "headers",
            "urlencoded_form": "get_form_urlencoded()", "path_components": "get_path_components()", "http_version": "httpversion"}
# Attributes of classes, and of those that inherit from them; "*" is any other.
ATTRIBUTES = {
    "mitmproxy.flow.Flow": {"reply": "flow.response = ..., flow.kill() or flow.resume()", "messages": "flow.websocket.messages",
                            "intercepting": "intercepted", "match": "flowfilter.match()", "replace": "content and re.sub()",
                            "accept_intercept": "resume()", "state": "get_state()", "metadata_get": "metadata", "tags": "marked"},
    "mitmproxy.http.Message": _MESSAGE,
    "mitmproxy.http.Request": {"get_query": "query", "set_query": "query", "get_cookies": "cookies", "set_cookies": "cookies",
                               "get_form_urlencoded": "urlencoded_form", "set_form_urlencoded": "urlencoded_form",
                               "get_path_components": "path_components", "set_path_components": "path_components",
                               "form_in": "first_line_format", "form_out": "first_line_format", "update_host_header": "host_header",
                               "is_replay": "flow.is_replay", "status_code": "flow.response.status_code"},
    "mitmproxy.http.Response": {"code": "status_code", "msg": "reason", "get_cookies": "cookies", "set_cookies": "cookies",
                                "is_replay": "flow.is_replay", "url": "flow.request.url", "host": "flow.request.host"},
    "mitmproxy.connection.Connection": _CONN,
    "mitmproxy.master.Master": {"state": "view, or ctx.master.commands", "server": "options", "has_addon": "addons.get()",
                                "overlay": "commands: those whose names begin with console.",
                                "add_event": "log", "tell": "commands", "load_flow": 'commands.call("view.flows.duplicate", [flow])',
                                "replay_request": 'commands.call("replay.client", [flow])', "apps": "mitmproxy.addons.asgiapp",
                                "run": "weirdump -s SCRIPT", "start": "weirdump -s SCRIPT",
                                "running": "the event running", "done": "the event done"},
    "mitmproxy.addonmanager.AddonManager": {"clear": "remove()", "trigger_event": "trigger()", "handle_lifecycle": "trigger()"},
    "mitmproxy.command.CommandManager": {"collect_commands": "@command.command", "parse_partial": "execute()", "dump": "weirdump --commands"},
    "mitmproxy.proxy.layer.Layer": {"handle_event": "the events of an addon"},
    "libmproxy.protocol.http.HTTPMessage": _CLASSIC,
    "libmproxy.protocol.http.HTTPFlow": {"websocket": "an addon (mitmproxy.http)", "resume": "accept_intercept()",
                                         "metadata": "attributes of your own on the context", "marked": "an addon (mitmproxy.http)",
                                         "comment": "an addon (mitmproxy.http)", "set_state": "load_state()"},
    "libmproxy.protocol.http.HTTPRequest": {"from_stream": "the constructor, or FlowReader"},
    "libmproxy.protocol.http.HTTPResponse": {"from_stream": "the constructor, or FlowReader"},
    "libmproxy.flow.FlowMaster": {"create_request": 'mitmproxy.ctx.master.commands.call("view.flows.create", method, url)',
                                  "run": "weirdump -s SCRIPT", "*": "the methods of the context"},
    "libmproxy.flow.ReplaceHooks": {"*": "the option modify_body"},
    "libmproxy.flow.SetHeaders": {"*": "the option modify_headers"},
    "libmproxy.flow.State": {"*": "ctx.master.view of mitmproxy.ctx"},
    "libmproxy.protocol.primitives.ProtocolHandler": {"*": "the events of a script"},
    "libmproxy.proxy.server.ConnectionHandler": {"find_cert": "--certs", "handle_sni": "client_conn.connection.get_servername()",
                                                 "handle": "set_server_address()", "finish": "flow.reply(KILL)"},
    "libmproxy.script.ScriptContext": {"master": "the methods of the context", "options": "argv", "_master": "the methods of the context"},
    "libmproxy.proxy.connection._Connection": {"peername": "address", "tls_established": "ssl_established", "sockname": "source_address",
                                               "settimeout": "--set tcp_timeout=N", "gettimeout": "--set tcp_timeout=N",
                                               "convert_to_ssl": "--mode reverse:tls://HOST", "wfile": "flow.reply()",
                                               "establish_ssl": "--mode and the request's scheme", "connect": "set_server_address()"},
}


def sentence(what, use, near=(), otherwise=None):
    """`what` is not there; if nobody says what to use it is a name much like it, or what there is otherwise."""
    if use is None:
        use = next(iter(difflib.get_close_matches(what.rpartition(".")[2], near, 1, 0.75)), otherwise)
    return f"there is no {what} here; " + (f"use {use} ({PAGE})" if use else PAGE)


def of_module(name):
    """What to use for a module or a name in one."""
    at = name
    while at:
        if at in MODULES:
            return MODULES[at]
        at = at.rpartition(".")[0]
    return None


def of_class(cls, name):
    """What to use for an attribute of a class."""
    rows = [ATTRIBUTES.get(f"{c.__module__}.{c.__qualname__}", {}) for c in cls.__mro__]
    return next((row[n] for n in (name, "*") for row in rows if n in row), None)


def module(name, near=()):
    return sentence("module " + name, of_module(name), near)


def name(module, name, near=()):
    return sentence(f"{module}.{name}", MODULES.get(f"{module}.{name}"), near, of_module(module))


def explain(e):
    """Python's sentence about an attribute of ours becomes one that helps."""
    owner, name = getattr(e, "obj", None), getattr(e, "name", None)
    cls = type(owner)
    ours = cls.__module__.partition(".")[0] in ("mitmproxy", "libmproxy", "netlib")
    if not ours or type(e) is not AttributeError or "has no attribute" not in str(e):
        return
    e.args = (sentence(f"{cls.__qualname__}.{name}", of_class(cls, name), [n for n in dir(owner) if n[0] != "_"]),)
