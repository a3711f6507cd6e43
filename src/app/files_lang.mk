libapp_a_SOURCES += \
	src/app/cmd_app.c \
	src/app/cmd_flow.c \
	src/app/cmd_view.c \
	src/app/conf.c src/app/conf.h \
	src/app/conf_save.c \
	src/app/history.c src/app/history.h \
	src/app/intercept.c src/app/intercept.h \
	src/app/launch.c src/app/launch.h \
	src/app/refused.c \
	src/app/settings.c src/app/settings.h \
	src/app/sift.c src/app/sift.h
