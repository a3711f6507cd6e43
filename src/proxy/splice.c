#include "proxy/splice.h"

#include <errno.h>
#include <sys/socket.h>

int
splice_sockets(int fds[2], struct why *why)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    fds) == -1)
		return (fail(why, ERR_SYS, "room for a tunnel: %s",
		    strerror(errno)));
	return (0);
}

void
splice_say(struct splice *sp, struct sp data)
{
	if (!sp->out_over && !h2_data(sp->h2, sp->id, data, NULL))
		wire_pause(sp->near, PAUSE_FULL);
}

void
splice_move(struct splice *sp)
{
	struct sp	b;

	while (!sp->out_over && wire_paused(sp->near) == 0 &&
	    (b = wire_front(sp->near)).n != 0) {
		splice_say(sp, b);
		wire_drain(sp->near, b.n);
	}
}

bool
splice_is_drained(const struct splice *sp)
{
	return (wire_eof(sp->near) && wire_in_len(sp->near) == 0);
}

void
splice_end(struct splice *sp)
{
	if (sp->out_over)
		return;
	sp->out_over = true;
	h2_end(sp->h2, sp->id, NULL);
}

void
splice_pay(struct splice *sp)
{
	if (sp->owed != 0)
		h2_consumed(sp->h2, sp->id, sp->owed);
	sp->owed = 0;
}

void
splice_took(struct splice *sp, size_t n)
{
	wire_flush(sp->near);
	sp->owed += n;
	if (wire_out_len(sp->near) < WIRE_HIGH)
		splice_pay(sp);
}

void
splice_take(struct splice *sp, struct sp data)
{
	wire_write(sp->near, data);
	splice_took(sp, data.n);
}

void
splice_take_end(struct splice *sp)
{
	sp->in_over = true;
	wire_end_write(sp->near);
}

bool
splice_is_ended(const struct splice *sp)
{
	return (sp->in_over && sp->out_over);
}

bool
splice_is_over(const struct splice *sp)
{
	return (splice_is_ended(sp) && wire_out_len(sp->near) < WIRE_HIGH);
}
