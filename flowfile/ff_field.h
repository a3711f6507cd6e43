/*
 * ff_field - the plain fields of a flow as rows of model/flow_fields.def,
 * for the two files that write and read them. Constant.
 */
#ifndef FLOWFILE_FF_FIELD_H
#define FLOWFILE_FF_FIELD_H

#include "model/flow.h"

enum ff_ftype { FF_BOOL, FF_TEXT0, FF_TIME0 };

struct ff_field {
	enum ff_ftype	 type;
	size_t		 off;
	const char	*name;
};

#define FF_AT(type, flow, f) \
	((type *)(uintptr_t)((const char *)(flow) + (f)->off))

#define FF_FIELDS	4
#define FF_TYPES	4

extern const struct ff_field	ff_fields[FF_FIELDS];
extern const char *const	ff_types[FF_TYPES];	/* by enum flow_type */

#endif
