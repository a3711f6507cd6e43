libproxy_a_SOURCES = \
	src/proxy/capture.c src/proxy/capture.h \
	src/proxy/cfg.c src/proxy/cfg.h \
	src/proxy/dnslocal.c src/proxy/dnslocal.h \
	src/proxy/dnsport.c src/proxy/dnsport.h \
	src/proxy/dnsq.c src/proxy/dnsq.h \
	src/proxy/dnsup.c src/proxy/dnsup.h \
	src/proxy/errpage.c src/proxy/errpage.h \
	src/proxy/exch.c src/proxy/exch.h src/proxy/exch_int.h \
	src/proxy/exch_req.c src/proxy/exch_res.c src/proxy/exch_way.c \
	src/proxy/exch_req.def src/proxy/exch_res.def \
	src/proxy/facts.c src/proxy/facts.h \
	src/proxy/inbox.c src/proxy/inbox.h \
	src/proxy/mode.c src/proxy/mode.h \
	src/proxy/node.c src/proxy/node.h \
	src/proxy/progress.c src/proxy/progress.h \
	src/proxy/put.c src/proxy/put.h \
	src/proxy/query.c src/proxy/query.h \
	src/proxy/s_client.c src/proxy/s_dns.c src/proxy/s_h2.c \
	src/proxy/s_login.c src/proxy/s_next.c \
	src/proxy/s_relay.c src/proxy/s_seek.c \
	src/proxy/s_server.c src/proxy/s_tls.c src/proxy/s_tunnel.c \
	src/proxy/s_tcp.c src/proxy/s_ws.c \
	src/proxy/session.c src/proxy/session.h src/proxy/session_int.h \
	src/proxy/splice.c src/proxy/splice.h \
	src/proxy/stream.c \
	src/proxy/s_socks.c \
	src/proxy/v_h2.c src/proxy/v_via.c src/proxy/v_ws.c \
	src/proxy/target.c src/proxy/target.h \
	src/proxy/rawflow.c src/proxy/rawflow.h \
	src/proxy/udpclient.c src/proxy/udpclient.h \
	src/proxy/udpport.c src/proxy/udpport.h \
	src/proxy/udpqueue.c src/proxy/udpqueue.h \
	src/proxy/udptalk.c src/proxy/udptalk.h \
	src/proxy/udpup.c src/proxy/udpup.h \
	src/proxy/wsconv.c src/proxy/wsconv.h
