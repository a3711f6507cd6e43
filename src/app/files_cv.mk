libapp_a_SOURCES += \
	src/app/cut.c src/app/cut.h \
	src/app/docgen.c src/app/docgen.h \
	src/app/dump.c src/app/dump.h src/app/dump_flow.c \
	src/app/outlet.c src/app/outlet.h \
	src/app/export.c src/app/export.h \
	src/app/export_cmd.c \
	src/app/clip.c src/app/clip.h
