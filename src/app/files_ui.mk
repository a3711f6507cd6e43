libapp_a_SOURCES += \
	src/app/certtext.c src/app/certtext.h
