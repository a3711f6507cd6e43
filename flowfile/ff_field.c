#include "flowfile/ff_field.h"

const struct ff_field	ff_fields[FF_FIELDS] = {
#define FLOW_FIELD(type, member, name) \
	{ FF_##type, offsetof(struct flow, member), name },
#include "model/flow_fields.def"
};

const char *const	ff_types[FF_TYPES] = { [FLOW_HTTP] = "http",
	[FLOW_TCP] = "tcp", [FLOW_UDP] = "udp", [FLOW_DNS] = "dns" };
