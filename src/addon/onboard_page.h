/*
 * onboard_page - the page that explains how to trust the certificate
 * authority, as one constant.
 */
#ifndef SRC_ONBOARD_PAGE_H
#define SRC_ONBOARD_PAGE_H

extern const char	onboard_html[];

#endif
