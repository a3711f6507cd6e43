libcodec_a_SOURCES = src/codec/charset.c src/codec/charset.h \
	src/codec/chunk.c src/codec/chunk.h \
	src/codec/cookie.c src/codec/cookie.h src/codec/enc.c \
	src/codec/enc.h src/codec/form.c src/codec/form.h src/codec/h1.c \
	src/codec/h1.h src/codec/h1_parse.c src/codec/h1_parse.h \
	src/codec/h2.c src/codec/h2.h src/codec/h2_block.c \
	src/codec/h2_block.h src/codec/h2_head.c src/codec/h2_head.h \
	src/codec/h2_in.c src/codec/h2_int.h src/codec/h2_out.c \
	src/codec/h2_queue.c src/codec/h2_queue.h \
	src/codec/h2_scan.c src/codec/h2_scan.h src/codec/h2_stream.c \
	src/codec/h2c.c src/codec/h2c.h \
	src/codec/head.c src/codec/head.h \
	src/codec/head_pack.c src/codec/head_pack.h src/codec/token.c \
	src/codec/token.def src/codec/token.h src/codec/uri.c \
	src/codec/uri.h \
	src/codec/dnsdata.c src/codec/dnsdata.h src/codec/dnsmsg.c \
	src/codec/dnsmsg.h src/codec/dnssvc.c src/codec/dnssvc.h \
	src/codec/dnstext.c src/codec/dnstext.h src/codec/dnstype.def \
	src/codec/dnsxfr.c src/codec/dnsxfr.h \
	src/codec/socks.c src/codec/socks.h src/codec/ws.c src/codec/ws.h \
	src/codec/wsext.c src/codec/wsext.h src/codec/wsframe.c \
	src/codec/wsframe.h
