libscripting_a_SOURCES = scripting/py.c scripting/py.h scripting/host.h \
	scripting/py_ask.c scripting/py_carry.c scripting/py_command.c \
	scripting/py_commit.c \
	scripting/py_conn.c \
	scripting/py_conv.c scripting/py_data.c scripting/py_data.h \
	scripting/py_filter.c scripting/py_flow.c scripting/py_flow.h scripting/py_frames.c \
	scripting/py_head.c scripting/py_known.c scripting/py_known.h \
	scripting/py_lib.c scripting/py_mod.c scripting/py_oneshot.c \
	scripting/py_ops.c \
	scripting/py_queue.c scripting/py_record.c scripting/py_reg.c \
	scripting/py_run.c scripting/py_view.c
