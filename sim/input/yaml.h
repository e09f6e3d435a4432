/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml.h - libfyaml behind a door: our own tree, our places, our sentences.
 *
 * One document in, one tree out: scalars, lists and mappings, each with the place where it
 * stands. The tree is small by construction: at most YAML_BYTES_MAX bytes, YAML_NODES_MAX nodes
 * with aliases counted out and YAML_DEPTH_MAX levels, so that whoever walks it needs no guard.
 * Tags, directives, merge keys and several documents are refused; so are duplicate keys and
 * bytes that are not text. An alias shares the node of its anchor: whoever changes a node
 * copies its path first. */
#ifndef SIM_INPUT_YAML_H
#define SIM_INPUT_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"

enum {
    YAML_BYTES_MAX = 1 << 20,
    YAML_NODES_MAX = 100000,
    YAML_DEPTH_MAX = 64,
    YAML_ANCHORS_MAX = 256
};

enum yaml_kind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP
};

struct yaml_node;

struct yaml_entry {
    const char *key;    /* NUL-terminated; NULL in a list */
    struct span key_at; /* of the key; of the value in a list */
    struct yaml_node *value;
};

struct yaml_node {
    enum yaml_kind kind;
    struct span at;           /* of the scalar with its quotes; else of the first character */
    const char *text;         /* scalar: its value without quotes, never with a NUL inside */
    bool quoted;              /* scalar: in quotes or a block, so never `null` */
    struct yaml_entry *entry; /* list, mapping: [n] in the order of the file */
    int n;
    int size;   /* nodes below and with this one, aliases counted out */
    int height; /* levels below and with this one */
};

/* What to read, and where it stands. */
struct yaml_source {
    const char *file; /* for messages; borrowed by every span of the tree */
    const char *bytes;
    size_t n;
    int col;  /* column of the first byte: 1, or the value's place in a --set argument */
    int line; /* lines before the first one: those of the --set arguments before */
};

/* The root, in `arena`; NULL with diagnostics when the text is not one sound document.
 * Duplicate keys are diagnosed and the tree is still returned. O(n log n). */
struct yaml_node *yaml_read(struct arena *arena, const struct yaml_source *source,
                            struct diag *d);

/* The value of a key, or NULL. O(n). */
struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);

/* Nothing, `~` or `null` without quotes. */
bool yaml_is_null(const struct yaml_node *node);

/* Is it this very word, quoted or not? */
bool yaml_is(const struct yaml_node *node, const char *word);

/* The library's version, as in "1.2.3". */
const char *yaml_library(void);

#endif
