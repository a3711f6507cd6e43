libapp_a_SOURCES += \
	src/app/gone.c src/app/gone.h \
	src/app/engine.c src/app/engine.h \
	src/app/engine_cfg.c src/app/engine_cfg.h \
	src/app/ports.c src/app/ports.h
