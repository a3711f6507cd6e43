"""Options apart from those of the running program: for tests of addons."""
from collections.abc import Sequence
from typing import Optional

from mitmproxy.optmanager import OptManager, _Option

CONF_DIR = "~/.mitmproxy"
CONF_BASENAME = "mitmproxy"
_DEFAULTS = """add_upstream_certs_to_client_chain:F allow_hosts:[] anticache:F anticomp:F block_global:T block_list:[]
block_private:F body_size_limit:N cert_passphrase:N certs:[] ciphers_client:N ciphers_server:N client_certs:N
client_replay:[] client_replay_concurrency:1 command_history:T connect_addr:N connection_strategy:'eager'
content_view_lines_cutoff:512 dns_name_servers:[] dns_use_hosts_file:T dumper_default_contentview:'auto'
dumper_filter:N export_preserve_original_ip:F flow_detail:1 hardump:'' http2:T http2_ping_keepalive:58 http3:T
http_connect_send_host_header:T ignore_hosts:[] intercept:N intercept_active:F keep_alt_svc_header:F
keep_host_header:F keepserving:F key_size:2048 listen_host:'' listen_port:n map_local:[] map_remote:[]
modify_body:[] modify_headers:[] normalize_outbound_headers:T onboarding:T onboarding_host:'mitm.it'
protobuf_definitions:N proxy_debug:F proxyauth:N rawtcp:T readfile_filter:N request_client_cert:F rfile:N
save_stream_file:N save_stream_filter:N scripts:[] server:T server_replay:[] server_replay_extra:'forward'
server_replay_ignore_content:F server_replay_ignore_host:F server_replay_ignore_params:[]
server_replay_ignore_payload_params:[] server_replay_ignore_port:F server_replay_kill_extra:F server_replay_nopop:F
server_replay_refresh:T server_replay_reuse:F server_replay_use_headers:[] show_ignored_hosts:F showhost:F
ssl_insecure:F ssl_verify_upstream_trusted_ca:N ssl_verify_upstream_trusted_confdir:N stickyauth:N stickycookie:N
store_streamed_bodies:F stream_large_bodies:N strip_ech:T tcp_hosts:[] tcp_timeout:600 termlog_verbosity:'info'
tls_ecdh_curve_client:N tls_ecdh_curve_server:N tls_version_client_max:'UNBOUNDED' tls_version_client_min:'TLS1_2'
tls_version_server_max:'UNBOUNDED' tls_version_server_min:'TLS1_2' udp_hosts:[] upstream_auth:N upstream_cert:T
validate_inbound_headers:T view_filter:N view_order:'time' view_order_reversed:F websocket:T"""
_VALUES = {"F": (bool, False), "T": (bool, True), "N": (Optional[str], None), "n": (Optional[int], None),
           "[]": (Sequence[str], [])}


class Options(OptManager):
    """The reference's options with their defaults."""

    def __init__(self, **kwargs):
        super().__init__()
        for word in _DEFAULTS.split():
            name, _, value = word.partition(":")
            kind, default = _VALUES.get(value) or ((str, value.strip("'")) if value[0] == "'" else (int, int(value)))
            self._options[name] = _Option(name, kind, default)
        self._options["confdir"] = _Option("confdir", str, CONF_DIR)
        self._options["mode"] = _Option("mode", Sequence[str], ["regular"])
        self.update(**kwargs)
