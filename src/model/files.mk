libmodel_a_SOURCES = \
	src/model/brief.c src/model/brief.h \
	src/model/bus.c src/model/bus.h \
	src/model/cmd.c src/model/cmd.h \
	src/model/cmd_arg.c \
	src/model/cmd_complete.c \
	src/model/cmd_int.h \
	src/model/cmd_line.c \
	src/model/conn.c src/model/conn.h \
	src/model/filter.c src/model/filter.h \
	src/model/filter_int.h \
	src/model/filter_ops.c \
	src/model/flow.c src/model/flow.h \
	src/model/frames.c src/model/frames.h \
	src/model/hook.c src/model/hook.h src/model/hook.def \
	src/model/lot.c src/model/lot.h \
	src/model/marker.c src/model/marker.def src/model/marker.h \
	src/model/model.c src/model/model.h \
	src/model/module.h \
	src/model/msg.c src/model/msg.h \
	src/model/near.c src/model/near.h \
	src/model/note.c src/model/note.h \
	src/model/opt.c src/model/opt.h \
	src/model/opt_value.c src/model/opt_value.h \
	src/model/pack.c src/model/pack.h \
	src/model/picks.c src/model/picks.h \
	src/model/regex.c \
	src/model/rows.c src/model/rows.h \
	src/model/select.c src/model/select.h \
	src/model/select_find.c \
	src/model/share.c \
	src/model/source.c src/model/source.h \
	src/model/store.c src/model/store.h \
	src/model/store_int.h \
	src/model/store_many.c \
	src/model/store_slot.c \
	src/model/view.c src/model/view.h \
	src/model/view_int.h \
	src/model/view_sift.c \
	src/model/walk.c src/model/walk.h
