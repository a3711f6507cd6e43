librun_a_SOURCES = \
	src/run/guard.c src/run/guard.h \
	src/run/loop.c src/run/loop.h \
	src/run/proc.c src/run/proc.h \
	src/run/shard.c src/run/shard.h \
	src/run/thread.c src/run/thread.h \
	src/run/work.c src/run/work.h
