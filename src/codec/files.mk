libcodec_a_SOURCES = src/codec/chunk.c src/codec/chunk.h \
	src/codec/cookie.c src/codec/cookie.h src/codec/enc.c \
	src/codec/enc.h src/codec/form.c src/codec/form.h src/codec/h1.c \
	src/codec/h1.h src/codec/h1_parse.c src/codec/h1_parse.h \
	src/codec/head.c src/codec/head.h src/codec/token.c \
	src/codec/token.def src/codec/token.h src/codec/uri.c \
	src/codec/uri.h
