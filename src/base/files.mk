libbase_a_SOURCES = src/base/arena.c src/base/arena.h \
	src/base/base.c src/base/base.h \
	src/base/base64.c src/base/base64.h src/base/blob.c \
	src/base/blob.h src/base/date.c src/base/date.h \
	src/base/err.def src/base/file.c src/base/file.h src/base/limits.c src/base/limits.def \
	src/base/limits.h src/base/log.c src/base/log.h \
	src/base/map.c src/base/map.h src/base/mem.c \
	src/base/mem.h src/base/num.c src/base/num.h \
	src/base/pem.c src/base/pem.h src/base/obj.def src/base/panic.c \
	src/base/panic.h src/base/path.c src/base/path.h \
	src/base/sha1.c src/base/sha1.h \
	src/base/spill.c src/base/spill.h \
	src/base/str.c src/base/str.h \
	src/base/utf8.c src/base/utf8.h
