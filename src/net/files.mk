libnet_a_SOURCES = \
	src/net/addr.c src/net/addr.h \
	src/net/cafile.c src/net/cafile.h \
	src/net/castore.c src/net/castore.h \
	src/net/cert.c src/net/cert.h \
	src/net/dgram.c src/net/dgram.h \
	src/net/dial.c src/net/dial.h \
	src/net/hello.c src/net/hello.h \
	src/net/listen.c src/net/listen.h \
	src/net/origin.c src/net/origin.h \
	src/net/lru.c src/net/lru.h \
	src/net/ossl.h \
	src/net/sysdns.c src/net/sysdns.h \
	src/net/tls.c src/net/tls.h src/net/tls_int.h \
	src/net/tlsconf.c \
	src/net/tlswords.c \
	src/net/verify.c src/net/verify.h \
	src/net/wire.c src/net/wire.h src/net/wire_int.h
