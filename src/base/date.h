/*
 * date - clocks, dates in headers, ages and sizes for people.
 *
 * Wall time is seconds since 1970 as a double, like the flow file has it;
 * spans are measured with the monotonic clock. Pure but for the clocks.
 */
#ifndef SRC_DATE_H
#define SRC_DATE_H

#include "base/base.h"

double		 date_now(void);
uint64_t	 date_mono_ns(void);
/* "Tue, 15 Nov 1994 08:12:31 GMT" (RFC 9110 5.6.7), all three old forms. */
int		 date_parse_http(struct sp, double *);
void		 date_http(double, char [32]);
/* "2026-11-25 17:47:56.204", local time. */
void		 date_local(double, char [32]);
/* "12:00:01.204", local time. */
void		 date_clock(double, char [16]);
/* "123ms", "1.5s", "2m", "3h", "4d": at most 6 characters. */
void		 date_span(double seconds, char [16]);
/* "512b", "1.5k", "20.0m": the reference's form. */
void		 date_size(uint64_t bytes, char [16]);

#endif
