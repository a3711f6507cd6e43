libnet_a_SOURCES += \
	src/net/certinfo.c src/net/certinfo.h
