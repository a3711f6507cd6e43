libflowfile_a_SOURCES = \
	flowfile/blocks.c flowfile/blocks.h \
	flowfile/budget.c flowfile/budget.h \
	flowfile/cmd_file.c flowfile/ff.h \
	flowfile/ff_all.c flowfile/ff_all.h \
	flowfile/ff_conn.c flowfile/ff_conn.h \
	flowfile/ff_dns.c flowfile/ff_dns.h \
	flowfile/ff_field.c flowfile/ff_field.h \
	flowfile/ff_file.c flowfile/ff_file.h \
	flowfile/ff_flow.c flowfile/ff_flow.h \
	flowfile/ff_flow_get.c \
	flowfile/ff_har_get.c \
	flowfile/ff_har_torn.c \
	flowfile/ff_har.c flowfile/ff_har.h \
	flowfile/ff_index.c flowfile/ff_index.h \
	flowfile/ff_load.c flowfile/ff_load.h \
	flowfile/ff_meta.c flowfile/ff_meta.h \
	flowfile/ff_name.c flowfile/ff_name.h \
	flowfile/ff_old.c flowfile/ff_old.h \
	flowfile/ff_read.c flowfile/ff_read.h \
	flowfile/ff_room.c flowfile/ff_room.h \
	flowfile/ff_rows.c flowfile/ff_rows.h \
	flowfile/ff_split.c flowfile/ff_split.h \
	flowfile/ff_tail.c flowfile/ff_tail.h \
	flowfile/ff_write.c flowfile/ff_write.h \
	flowfile/journal.c flowfile/journal.h \
	flowfile/keeping.c flowfile/keeping.h \
	flowfile/readings.c flowfile/readings.h \
	flowfile/recover.c flowfile/recover.h \
	flowfile/saver.c flowfile/saver.h \
	flowfile/shelf.c flowfile/shelf.h \
	flowfile/tnet.c flowfile/tnet.h
