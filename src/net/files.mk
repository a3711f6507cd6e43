libnet_a_SOURCES = \
	src/net/addr.c src/net/addr.h \
	src/net/dial.c src/net/dial.h \
	src/net/listen.c src/net/listen.h \
	src/net/wire.c src/net/wire.h src/net/wire_int.h
