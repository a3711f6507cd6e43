/*
 * conf - config.yaml and keys.yaml, in the reference's forms
 * (mitmproxy-features.md 11).
 *
 * Files are read whole and bounded. What is wrong is told with the file
 * and the line. Main thread.
 */
#ifndef SRC_CONF_H
#define SRC_CONF_H

#include "base/base.h"
#include "base/str.h"

struct opts;
struct log;

#define CONF_BYTES	((size_t)1 << 20)

/* A whole file; the text's ceiling holds. */
int	 conf_read_file(const char *path, struct str *, struct why *);
/*
 * Sets the options a file names. Names that no option has are kept for a
 * script to bring and told to the log (may be NULL). Relative paths of
 * scripts start at the file. -1: ERR_CONF; options before the mistake are
 * set. A file that is not there: -1 ERR_FILE.
 */
int	 conf_load(struct opts *, const char *path, struct log *, struct why *);
/* The same with text that stands for that file. */
int	 conf_load_text(struct opts *, const char *path, struct sp,
	    struct log *, struct why *);
/* Is the text YAML of that kind (empty is)? Changes nothing. */
int	 conf_check_text(const char *path, struct sp, struct why *);
/* config.yaml, then config.yml, of a directory, those that are there. */
int	 conf_load_dir(struct opts *, const char *dir, struct log *,
	    struct why *);
/*
 * Writes the options that are not at their defaults. A file that is there
 * keeps its comments and all else that is not an option's value; it is
 * replaced whole or not at all.
 */
int	 conf_save(const struct opts *, const char *path, struct why *);
/* What conf_save() would make of that text. */
int	 conf_amend(const struct opts *, const char *path, struct sp,
	    struct str *, struct why *);
/* One option with its value as YAML, line end included. */
void	 conf_put_option(const struct opts *, const char *name, struct str *);

/* One entry of keys.yaml. */
struct conf_key {
	const char	*key, *cmd;
	const char	*help;		/* "" when nobody said */
	const char	*const *ctx;	/* NULL-ended: "global" ... */
};

/* -1 stops; the reason gets the file and the line in front. */
typedef int conf_key_fn(void *, const struct conf_key *, struct why *);

int	 conf_keys(const char *path, conf_key_fn *, void *, struct why *);
int	 conf_keys_text(const char *path, struct sp, conf_key_fn *, void *,
	    struct why *);

#endif
