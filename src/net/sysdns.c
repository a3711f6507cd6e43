#include "net/sysdns.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"

#define FILE_BYTES	((size_t)16 << 20)	/* some block with it */
#define LOOK_NS		1000000000ull
#define DNS_PORT	53

/* A file as it was when last looked at. */
struct sysfile {
	char		*path;
	struct stat	 st;
	uint64_t	 looked;	/* date_mono_ns(), 0: never */
	struct str	 text;
};

struct hostname {
	struct sp	 name, host;	/* in the file's text */
};

struct sysdns {
	struct sysfile	 hosts, resolv;
	struct hostname	*v;		/* by name */
	size_t		 n, cap;
	struct addr	 servers[SYSDNS_SERVERS];
	unsigned	 nservers;
};

static void
sysfile_read(struct sysfile *f)
{
	int	fd = open(f->path, O_RDONLY | O_CLOEXEC);
	ssize_t	n = 1;
	char	*to;

	str_clear(&f->text);
	while (fd != -1 && n > 0 && (to = str_room(&f->text, 8192)) != NULL)
		if ((n = read(fd, to, 8192)) > 0)
			str_grew(&f->text, (size_t)n);
	if (fd != -1)
		(void)close(fd);
}

/* True: it is another one than last time. */
static bool
sysfile_look(struct sysfile *f)
{
	uint64_t	now = date_mono_ns();
	bool		first = f->looked == 0;
	struct stat	st;

	if (!first && now - f->looked < LOOK_NS)
		return (false);
	f->looked = now;
	memset(&st, 0, sizeof(st));
	(void)stat(f->path, &st);
	if (!first && st.st_ino == f->st.st_ino &&
	    st.st_size == f->st.st_size &&
	    memcmp(&st.st_mtim, &f->st.st_mtim, sizeof(st.st_mtim)) == 0)
		return (false);
	f->st = st;
	sysfile_read(f);
	return (true);
}

/* The next word of a line; empty at its end. */
static struct sp
next_word(struct sp *line)
{
	size_t		i = 0;
	struct sp	word;

	*line = sp_trim(*line);
	while (i < line->n && line->p[i] != ' ' && line->p[i] != '\t')
		i++;
	word = sp_cut(*line, 0, i);
	*line = sp_skip(*line, i);
	return (word);
}

/* The next line without its comment. */
static struct sp
next_line(struct sp *text, const char *comment)
{
	struct sp	line = sp_split(*text, '\n', text);

	for (; *comment != '\0'; comment++)
		line = sp_split(line, *comment, &(struct sp){ NULL, 0 });
	return (sp_split(line, '\r', &(struct sp){ NULL, 0 }));
}

static struct sp
no_dot(struct sp name)
{
	if (name.n != 0 && name.p[name.n - 1] == '.')
		name.n--;
	return (name);
}

/* Names compare without case (RFC 4343). */
static int
name_cmp(struct sp a, struct sp b)
{
	size_t	i;
	int	x, y;

	for (i = 0; i < a.n && i < b.n; i++) {
		x = a.p[i] >= 'A' && a.p[i] <= 'Z' ? a.p[i] | 32 : a.p[i];
		y = b.p[i] >= 'A' && b.p[i] <= 'Z' ? b.p[i] | 32 : b.p[i];
		if (x != y)
			return (x - y);
	}
	return (a.n < b.n ? -1 : a.n > b.n);
}

/* In the order of the file where names are the same. */
static int
hostname_cmp(const void *a, const void *b)
{
	const struct hostname	*x = a, *y = b;
	int			 r = name_cmp(x->name, y->name);

	if (r != 0)
		return (r);
	return (x->host.p < y->host.p ? -1 : x->host.p > y->host.p);
}

static void
sysdns_read_hosts(struct sysdns *s)
{
	struct sp	text = str_sp(&s->hosts.text), line, host, name;

	s->n = 0;
	while (text.n != 0) {
		line = next_line(&text, "#");
		host = next_word(&line);
		while ((name = no_dot(next_word(&line))).n != 0) {
			if (s->n == s->cap) {
				s->cap = s->cap != 0 ? s->cap * 2 : 16;
				s->v = xrealloc(s->v, s->cap, sizeof(*s->v));
			}
			s->v[s->n++] = (struct hostname){ name, host };
		}
	}
	if (s->n != 0)
		qsort(s->v, s->n, sizeof(*s->v), hostname_cmp);
}

static int
addr_of(struct addr *a, struct sp host, uint16_t port)
{
	char	text[64];

	if (host.n == 0 || host.n >= sizeof(text))
		return (-1);
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	return (addr_parse(a, text, port, NULL));
}

static void
sysdns_read_resolv(struct sysdns *s)
{
	struct sp	text = str_sp(&s->resolv.text), line;

	s->nservers = 0;
	while (text.n != 0 && s->nservers < SYSDNS_SERVERS) {
		line = next_line(&text, "#;");
		if (sp_is(next_word(&line), "nameserver") && addr_of(
		    &s->servers[s->nservers], next_word(&line), DNS_PORT) == 0)
			s->nservers++;
	}
	if (s->nservers == 0 &&
	    addr_parse(&s->servers[0], "127.0.0.1", DNS_PORT, NULL) == 0)
		s->nservers = 1;
}

struct sysdns *
sysdns_new(const char *hosts, const char *resolv_conf)
{
	struct sysdns	*s = xcalloc(1, sizeof(*s));

	s->hosts.path = xstrdup(hosts != NULL ? hosts : "/etc/hosts");
	s->resolv.path = xstrdup(resolv_conf != NULL ? resolv_conf :
	    "/etc/resolv.conf");
	str_init(&s->hosts.text, FILE_BYTES);
	str_init(&s->resolv.text, FILE_BYTES);
	return (s);
}

void
sysdns_free(struct sysdns *s)
{
	if (s == NULL)
		return;
	str_fini(&s->hosts.text);
	str_fini(&s->resolv.text);
	free(s->hosts.path);
	free(s->resolv.path);
	free(s->v);
	free(s);
}

unsigned
sysdns_servers(struct sysdns *s, struct addr v[SYSDNS_SERVERS])
{
	if (sysfile_look(&s->resolv))
		sysdns_read_resolv(s);
	memcpy(v, s->servers, s->nservers * sizeof(*v));
	return (s->nservers);
}

/* The first row of a name, or where it would stand. */
static size_t
sysdns_seek(const struct sysdns *s, struct sp name)
{
	size_t	lo = 0, hi = s->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (name_cmp(s->v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

static bool
is_localhost(struct sp name)
{
	return (sp_iis(name, "localhost") || (name.n > 10 &&
	    sp_iis(sp_skip(name, name.n - 10), ".localhost")));
}

bool
sysdns_find(struct sysdns *s, struct sp name, int family, struct addr *v,
    unsigned max, unsigned *n)
{
	bool	known = false;
	size_t	i;

	if (sysfile_look(&s->hosts))
		sysdns_read_hosts(s);
	*n = 0;
	name = no_dot(name);
	for (i = sysdns_seek(s, name); i < s->n && *n < max &&
	    name_cmp(s->v[i].name, name) == 0; i++)
		if (addr_of(&v[*n], s->v[i].host, 0) == 0) {
			known = true;
			*n += v[*n].ss.ss_family == family;
		}
	if (known || !is_localhost(name) || max == 0)
		return (known);
	*n = addr_parse(&v[0], family == AF_INET6 ? "::1" : "127.0.0.1", 0,
	    NULL) == 0;
	return (true);
}
