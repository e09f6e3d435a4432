/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h - the catalogue tables of models/data/ as bytes inside the binary.
 * The array is generated at build time from the CSV files, one entry per file, by name. */
#ifndef MODELS_DATA_H
#define MODELS_DATA_H

#include <stddef.h>

struct data_file {
    const char *name;  /* "gpus.csv" */
    const char *bytes; /* [n] not NUL-terminated */
    size_t n;
};

extern const struct data_file data_files[];
extern const int data_files_n;

#endif
