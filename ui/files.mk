libui_a_SOURCES = \
	ui/bind.c ui/bind.h \
	ui/cmd_edit.c \
	ui/cmd_ui.c ui/cmd_ui.h \
	ui/detail.c ui/detail.h \
	ui/draw.c ui/draw.h \
	ui/edit.c ui/edit.h \
	ui/find.c ui/find.h \
	ui/first.c ui/first.h \
	ui/flowrow.c ui/flowrow.h \
	ui/grid.c ui/grid.h \
	ui/hunt.c ui/hunt.h \
	ui/key.c ui/key.h \
	ui/keymap.c ui/keymap.h \
	ui/leave.c \
	ui/line.c ui/line.h \
	ui/list.c ui/list.h \
	ui/logwatch.c ui/logwatch.h \
	ui/marked.c \
	ui/messages.c ui/messages.h \
	ui/pane.c ui/pane.h \
	ui/parts.c ui/parts.h \
	ui/prompt.c ui/prompt.h \
	ui/render.c ui/render.h \
	ui/repeat.c \
	ui/run.c \
	ui/s_choose.c \
	ui/s_cmds.c \
	ui/s_data.c \
	ui/s_flow.c ui/s_flow.h \
	ui/s_flows.c \
	ui/s_grid.c ui/s_grid.h \
	ui/s_help.c \
	ui/s_keys.c \
	ui/s_log.c \
	ui/s_opts.c \
	ui/s_palette.c \
	ui/screen.h \
	ui/snap.c ui/snap.h \
	ui/status.c ui/status.h \
	ui/style.c ui/style.h \
	ui/tally.c ui/tally.h \
	ui/term.c ui/term.h \
	ui/text.c ui/text.h \
	ui/tty.c ui/tty.h \
	ui/ui.c ui/ui.h \
	ui/under.c ui/under.h \
	ui/undo.c ui/undo.h

ui/bind.$(OBJEXT): ui/keys_conf.h
CLEANFILES = ui/keys_conf.h

# The default keys as strings.
ui/keys_conf.h: ui/keys.conf
	$(AM_V_GEN)$(MKDIR_P) ui && awk '/^bind/ { gsub(/\\/, "&&"); \
	    gsub(/"/, "\\\""); printf "\t\"%s\",\n", $$0 }' \
	    $(srcdir)/ui/keys.conf >$@.new && mv $@.new $@
