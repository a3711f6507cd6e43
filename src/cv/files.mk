libcv_a_SOURCES = \
	src/cv/bytes.c src/cv/bytes.h \
	src/cv/code.c src/cv/code.h \
	src/cv/cv.c src/cv/cv.def src/cv/cv.h src/cv/cv_views.h \
	src/cv/cv_css.c \
	src/cv/cv_dns.c \
	src/cv/cv_form.c \
	src/cv/cv_graphql.c \
	src/cv/cv_hex.c \
	src/cv/cv_html.c \
	src/cv/cv_image.c \
	src/cv/cv_js.c \
	src/cv/cv_json.c \
	src/cv/cv_msgpack.c \
	src/cv/cv_multipart.c \
	src/cv/cv_out.c \
	src/cv/cv_protobuf.c \
	src/cv/cv_raw.c \
	src/cv/cv_text.c \
	src/cv/cv_zip.c \
	src/cv/dns.c src/cv/dns.h \
	src/cv/json.c src/cv/json.h \
	src/cv/markup.c src/cv/markup.h
