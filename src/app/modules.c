#include "app/modules.h"

#include "base/base.h"

extern const struct module	core_module, cmd_app_module, cmd_flow_module,
    cmd_view_module, export_module, dump_module, intercept_module,
    refused_module;
extern const struct module	block_module, onboard_module, auth_module,
    anti_module, map_module, modify_module, sticky_module,
    serverplay_module, clientplay_module;

/*
 * Deciders on main are asked in this order, and options that one feature
 * brings may be looked up by those after it. Intercept comes last: the
 * user sees what all the others made of a flow.
 */
static const struct module *const modules[] = {
	&core_module,
	&cmd_app_module,
	&cmd_flow_module,
	&cmd_view_module,
	&export_module,
	&dump_module,
	&block_module,
	&onboard_module,
	&auth_module,
	&anti_module,
	&serverplay_module,
	&map_module,
	&modify_module,
	&sticky_module,
	&clientplay_module,
	&refused_module,
	&intercept_module,
};

const struct module *
modules_at(unsigned i)
{
	return (i < nitems(modules) ? modules[i] : NULL);
}
