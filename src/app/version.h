/*
 * version - the one place where the program's version stands; configure
 * reads it from here.
 */
#ifndef SRC_VERSION_H
#define SRC_VERSION_H

#define WEIR_VERSION "0.1.0"

#endif
