libapp_a_SOURCES = \
	src/app/app.c src/app/app.h \
	src/app/args.c src/app/args.h \
	src/app/args_answer.c \
	src/app/keep.c src/app/keep.h \
	src/app/lifecycle.c src/app/lifecycle.h \
	src/app/modules.c src/app/modules.h \
	src/app/opt_core.c src/app/opt_core.h \
	src/app/version.h \
	src/app/walks.c src/app/walks.h
