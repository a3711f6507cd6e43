libaddon_a_SOURCES = \
	src/addon/a_anti.c \
	src/addon/a_auth.c \
	src/addon/a_block.c \
	src/addon/a_clientplay.c \
	src/addon/a_map.c \
	src/addon/a_maplocal.c src/addon/a_maplocal.h \
	src/addon/a_modify.c \
	src/addon/a_onboard.c \
	src/addon/a_serverplay.c \
	src/addon/a_sticky.c \
	src/addon/addon.h src/addon/addon_int.h \
	src/addon/addons.c \
	src/addon/basic.c src/addon/basic.h \
	src/addon/ldap.c src/addon/ldap.h \
	src/addon/login.c src/addon/login.h \
	src/addon/onboard_page.c src/addon/onboard_page.h \
	src/addon/passwd.c src/addon/passwd.h \
	src/addon/replaykey.c src/addon/replaykey.h \
	src/addon/rule.c src/addon/rule.h
