/*
 * f_filter - filter expressions: whatever is taken matches without a
 * crash, and is taken again as it says itself.
 */
#include "model/filter.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct flow *
make_flow(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(SP("GET"),
	    SP("http://a.test/path?q=1"), NULL));
	flow_set_response(f, msg_response(200, SP("text/plain"),
	    SP("some body")));
	flow_set_comment(f, "a remark");
	flow_set_meta(f, "key", "\"va\\u00e9lue\"");
	return (f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct filter	*f, *again;
	struct flow	*flow;
	struct why	 why;

	if ((f = filter_parse(sp_mem(p, n), &why)) == NULL) {
		assert(why.code == ERR_FILTER && why.text[0] != '\0');
		return (0);
	}
	flow = make_flow();
	/* What matches in the end could do so from the start. */
	if (filter_match(f, flow)) {
		assert(filter_may_match(f, flow, FS_RESPONSE_HEAD));
		assert(filter_may_match(f, flow, FS_REQUEST_HEAD));
	}
	if (memchr(p, '\0', n) == NULL) {
		again = filter_parse(sp_of(filter_text(f)), NULL);
		assert(again != NULL);
		assert(filter_match(again, flow) == filter_match(f, flow));
		filter_unref(again);
	}
	flow_unref(flow);
	filter_unref(f);
	return (0);
}
