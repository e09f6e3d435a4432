/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml.c - a tree built from libfyaml's events.
 *
 * libfyaml's document builder compares every key with every other and expands aliases without a
 * bound; the event parser below it does neither. So events are taken one by one onto an
 * explicit stack, and what the builder would have checked is checked here: duplicates by
 * sorting, aliases by sharing, depth and size by counting. Two slow paths of the scanner itself
 * are closed before it starts: directives (every %TAG walks all earlier ones) and long tags
 * (every escape rescans the tag). Time O(n log n); measured by tests/fuzz/hostile.sh. */
#include "sim/input/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

enum {
    OPEN_MAX = 1000,     /* brackets: far above any depth that the tree may have */
    TAG_RUN_MAX = 256,   /* characters after a '!' without a blank */
    CHILDREN_FIRST = 256 /* first capacity of the stack of children */
};

/* ---- Before parsing: is it text at all? ---- */

/* Length of the UTF-8 sequence at s [n] if it encodes a character that YAML may carry, else 0.
 */
static size_t utf8_length(const unsigned char *s, size_t n)
{
    const unsigned c = s[0];
    if (c < 0x80) {
        return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r' ? 1 : 0;
    }
    const size_t len = c >= 0xF0 && c < 0xF5 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c >= 0xF5 || len > n) {
        return 0;
    }
    unsigned long value = c & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = (value << 6) | (s[i] & 0x3FU);
    }
    const bool overlong = (len == 3 && value < 0x800) || (len == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    const bool control = value < 0xA0 && value != 0x85;
    const bool special = value == 0xFFFE || value == 0xFFFF || value == 0xFEFF;
    return overlong || surrogate || control || special || value > 0x10FFFF ? 0 : len;
}

/* Where a forward scan stands. */
struct place {
    int line, col;
};

static struct span span_of(const struct yaml_source *src, struct place p, int len)
{
    const int shift = p.line == 1 ? src->col - 1 : 0;
    return (struct span){.file = src->file,
                         .line = src->line + p.line,
                         .col = p.col + shift,
                         .len = len < 1 ? 1 : len};
}

static bool refuse_byte(const struct yaml_source *src, struct place p, unsigned char c,
                        struct diag *d)
{
    const struct span at = span_of(src, p, 1);
    if (c == '\r') {
        diag_error(d, at, "a carriage return without a line feed");
        diag_help(d, "end lines with a line feed");
        return false;
    }
    diag_error(d, at, "byte 0x%02X is not text", c);
    diag_help(d, "a scenario is a UTF-8 text file");
    return false;
}

/* Refuses what is not UTF-8 text, lines that begin with '%', and very long tags. */
static bool scan_text(const struct yaml_source *src, struct diag *d)
{
    const unsigned char *s = (const unsigned char *)src->bytes;
    struct place p = {1, 1};
    size_t run_n = 0; /* characters since a '!', 0: none */
    int open_n = 0;   /* brackets opened and not closed, wherever they stand */
    for (size_t i = 0; i < src->n;) {
        const size_t len = utf8_length(s + i, src->n - i);
        const bool lone_cr = s[i] == '\r' && (i + 1 == src->n || s[i + 1] != '\n');
        if (len == 0 || lone_cr) {
            return refuse_byte(src, p, s[i], d);
        }
        if (s[i] == '%' && p.col == 1 && src->col == 1) {
            diag_error(d, span_of(src, p, 1),
                       "a line begins with '%%': directives are not allowed");
            diag_help(d, "remove the line; quote the text if it is a value");
            return false;
        }
        const bool blank = s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r';
        run_n = blank ? 0 : run_n > 0 || s[i] == '!' ? run_n + 1 : 0;
        if (run_n > TAG_RUN_MAX) {
            diag_error(d, span_of(src, p, 1),
                       "more than %d characters without a blank after a '!'", TAG_RUN_MAX);
            return false;
        }
        open_n += s[i] == '[' || s[i] == '{' ? 1 : 0;
        open_n -= open_n > 0 && (s[i] == ']' || s[i] == '}') ? 1 : 0;
        if (open_n > OPEN_MAX) {
            return diag_error(d, span_of(src, p, 1), "more than %d brackets are open",
                              OPEN_MAX);
        }
        p.col++;
        if (s[i] == '\n') {
            p.line++;
            p.col = 1;
        }
        i += len;
    }
    return true;
}

/* ---- The builder ---- */

/* A list or mapping that is being read. */
struct frame {
    struct yaml_node *node;
    size_t first;    /* its first child on the stack of children */
    const char *key; /* mapping: key that waits for its value, or NULL */
    struct span key_at;
    char bracket; /* '[' or '{' in flow style, else 0 */
};

struct anchor {
    const char *name;
    struct span at;
    struct yaml_node *node;
    bool open; /* still being read: an alias to it would be endless */
};

struct builder {
    struct arena *arena;
    const struct yaml_source *src;
    struct diag *d;
    struct frame frame[YAML_DEPTH_MAX];
    int frame_n;
    struct yaml_entry *child; /* children of all open frames; heap */
    size_t child_n, child_cap;
    struct anchor anchor[YAML_ANCHORS_MAX];
    int anchor_n;
    int node_n;
    struct yaml_node *root;
    int documents_n;
};

static bool no_memory(struct diag *d)
{
    return diag_machine(d, "out of memory while reading YAML");
}

/* Characters of s [n] up to the end of the line. */
static int characters(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n && s[i] != '\n' && s[i] != '\r'; i++) {
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    }
    return count;
}

/* The place of a token; without a token the place where the parser's frame stands. */
static struct span span_token(const struct builder *b, struct fy_token *token, bool in_quotes)
{
    const struct fy_mark *from = token == NULL ? NULL : fy_token_start_mark(token);
    const struct fy_mark *to = token == NULL ? NULL : fy_token_end_mark(token);
    if (from == NULL || to == NULL || from->input_pos > b->src->n ||
        to->input_pos > b->src->n) {
        const struct frame *f = b->frame_n > 0 ? &b->frame[b->frame_n - 1] : NULL;
        if (f == NULL) {
            return span_of(b->src, (struct place){1, 1}, 1);
        }
        return f->key != NULL ? f->key_at : f->node->at;
    }
    const int quote = in_quotes && from->column > 0 ? 1 : 0;
    size_t bytes = to->input_pos > from->input_pos ? to->input_pos - from->input_pos : 0;
    if (quote == 1 && to->input_pos < b->src->n) {
        bytes++;
    }
    const struct place p = {from->line + 1, from->column + 1 - quote};
    return span_of(b->src, p, characters(b->src->bytes + from->input_pos, bytes) + quote);
}

static struct yaml_node *new_node(struct builder *b, enum yaml_kind kind, struct span at)
{
    if (++b->node_n > YAML_NODES_MAX) {
        diag_error(b->d, at, "more than %d values", YAML_NODES_MAX);
        return NULL;
    }
    struct yaml_node *node = arena_alloc(b->arena, 1, sizeof *node);
    if (node == NULL) {
        no_memory(b->d);
        return NULL;
    }
    node->kind = kind;
    node->at = at;
    node->size = 1;
    node->height = 1;
    node->text = "";
    return node;
}

static bool push_child(struct builder *b, const struct yaml_entry *entry)
{
    if (b->child_n == b->child_cap) {
        const size_t cap = b->child_cap == 0 ? CHILDREN_FIRST : 2 * b->child_cap;
        struct yaml_entry *grown = mem_resize(b->child, cap, sizeof *grown);
        if (grown == NULL) {
            return no_memory(b->d);
        }
        b->child = grown;
        b->child_cap = cap;
    }
    b->child[b->child_n++] = *entry;
    return true;
}

/* Takes a scalar in the place of a key. */
static bool take_key(struct builder *b, struct frame *f, const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR) {
        return diag_error(b->d, node->at, "a key must be a word, not a %s",
                          node->kind == YAML_LIST ? "list" : "mapping");
    }
    if (!node->quoted && strcmp(node->text, "<<") == 0) {
        diag_error(b->d, node->at, "merge keys ('<<') are not allowed");
        diag_help(b->d, "write the fields out, or use an alias for a whole value");
        return false;
    }
    f->key = node->text;
    f->key_at = node->at;
    return true;
}

/* Hands a finished value to the innermost frame. */
static bool attach(struct builder *b, struct yaml_node *node, struct span at, bool is_alias)
{
    if (b->frame_n == 0) {
        b->root = node;
        return true;
    }
    struct frame *f = &b->frame[b->frame_n - 1];
    if (f->node->kind == YAML_MAP && f->key == NULL) {
        if (is_alias) {
            return diag_error(b->d, at, "a key must be a word, not an alias");
        }
        return take_key(b, f, node);
    }
    if (node->size > YAML_NODES_MAX - f->node->size) {
        return diag_error(b->d, at, "more than %d values, aliases counted out", YAML_NODES_MAX);
    }
    if (b->frame_n + node->height > YAML_DEPTH_MAX) {
        return diag_error(b->d, at, "nested more than %d levels deep", YAML_DEPTH_MAX);
    }
    f->node->size += node->size;
    const bool taller = node->height >= f->node->height;
    f->node->height = taller ? node->height + 1 : f->node->height;
    const struct yaml_entry entry = {
        .key = f->key, .key_at = f->key == NULL ? at : f->key_at, .value = node};
    f->key = NULL;
    return push_child(b, &entry);
}

/* ---- Anchors and aliases ---- */

static struct anchor *anchor_find(struct builder *b, const char *name, size_t n)
{
    for (int i = 0; i < b->anchor_n; i++) {
        if (strlen(b->anchor[i].name) == n && memcmp(b->anchor[i].name, name, n) == 0) {
            return &b->anchor[i];
        }
    }
    return NULL;
}

/* As much of a name as a message should carry. */
static int shown(size_t n)
{
    return n > 60 ? 60 : (int)n;
}

static bool add_anchor(struct builder *b, struct fy_token *token, struct yaml_node *node)
{
    if (token == NULL) {
        return true;
    }
    size_t n = 0;
    const char *name = fy_token_get_text(token, &n);
    if (name == NULL) {
        return no_memory(b->d);
    }
    const struct span at = span_token(b, token, false);
    const struct anchor *before = anchor_find(b, name, n);
    if (before != NULL) {
        diag_error(b->d, at, "anchor '%.*s' is defined twice", shown(n), name);
        diag_note(b->d, before->at, "it is defined here first");
        return false;
    }
    if (b->anchor_n == YAML_ANCHORS_MAX) {
        return diag_error(b->d, at, "more than %d anchors", YAML_ANCHORS_MAX);
    }
    char *copy = arena_copy(b->arena, name, n);
    if (copy == NULL) {
        return no_memory(b->d);
    }
    b->anchor[b->anchor_n++] = (struct anchor){
        .name = copy, .at = at, .node = node, .open = node->kind != YAML_SCALAR};
    return true;
}

static bool on_alias(struct builder *b, struct fy_token *token)
{
    size_t n = 0;
    const char *name = fy_token_get_text(token, &n);
    if (name == NULL) {
        return no_memory(b->d);
    }
    const struct span at = span_token(b, token, false);
    const struct anchor *a = anchor_find(b, name, n);
    if (a == NULL) {
        diag_error(b->d, at, "there is no anchor '%.*s'", shown(n), name);
        diag_help(b->d, "define it before with '&%.*s'", shown(n), name);
        return false;
    }
    if (a->open) {
        return diag_error(b->d, at, "alias '%.*s' stands inside its own anchor", shown(n),
                          name);
    }
    if (++b->node_n > YAML_NODES_MAX) {
        return diag_error(b->d, at, "more than %d values", YAML_NODES_MAX);
    }
    return attach(b, a->node, at, true);
}

/* ---- Events ---- */

static bool refuse_tag(struct builder *b, struct fy_token *tag)
{
    if (tag == NULL) {
        return true;
    }
    diag_error(b->d, span_token(b, tag, false), "tags ('!...') are not allowed");
    diag_help(b->d, "remove the tag; quote the text if it is a value");
    return false;
}

/* Folds a run of blanks and line breaks at s [n] into out: without a break it stays, one break
 * is a blank, each more is a line. Returns what was written, at most n. */
static size_t fold(const char *s, size_t n, char *out)
{
    size_t breaks_n = 0;
    for (size_t i = 0; i < n; i++) {
        breaks_n += s[i] == '\n';
    }
    if (breaks_n == 0) {
        memcpy(out, s, n);
        return n;
    }
    memset(out, breaks_n == 1 ? ' ' : '\n', breaks_n);
    return breaks_n == 1 ? 1 : breaks_n - 1;
}

/* The text between single quotes, where '' is a quote. The library's own reading of it loses
 * memory when there are many '' in it, and misreads ''''. */
static const char *unquote(const struct builder *b, struct fy_token *token, size_t *len)
{
    const struct fy_mark *from = fy_token_start_mark(token);
    const struct fy_mark *to = fy_token_end_mark(token);
    if (from == NULL || to == NULL || to->input_pos > b->src->n ||
        from->input_pos > to->input_pos) {
        return fy_token_get_text(token, len);
    }
    const char *s = b->src->bytes + from->input_pos;
    const size_t n = to->input_pos - from->input_pos;
    char *out = arena_alloc(b->arena, n + 1, 1);
    *len = 0;
    for (size_t i = 0; out != NULL && i < n;) {
        size_t run_n = 0;
        while (i + run_n < n && strchr(" \t\r\n", s[i + run_n]) != NULL) {
            run_n++;
        }
        if (run_n > 0) {
            *len += fold(s + i, run_n, out + *len);
            i += run_n;
        } else {
            out[(*len)++] = s[i];
            i += s[i] == '\'' ? 2 : 1;
        }
    }
    return out;
}

/* Escapes can say what no file may hold as it is: a scenario's text ends on terminals and in
 * XML.
 */
static bool is_text(struct builder *b, const char *text, size_t n, struct span at)
{
    for (size_t i = 0; i < n;) {
        const size_t len = utf8_length((const unsigned char *)text + i, n - i);
        if (len == 0) {
            diag_error(b->d, at, "the text has a control character in it, byte 0x%02X",
                       (unsigned)(unsigned char)text[i]);
            diag_help(
                b->d,
                "leave out the escape; of control characters only \\t, \\n and \\r are text");
            return false;
        }
        i += len;
    }
    return true;
}

static bool on_scalar(struct builder *b, const struct fy_event *event)
{
    struct fy_token *token = event->scalar.value;
    const enum fy_scalar_style style =
        token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token);
    const bool in_quotes = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    const struct span at = span_token(b, token, in_quotes);
    struct yaml_node *node = new_node(b, YAML_SCALAR, at);
    if (node == NULL || !refuse_tag(b, event->scalar.tag)) {
        return false;
    }
    size_t n = 0;
    const char *text = token == NULL                 ? ""
                       : style == FYSS_SINGLE_QUOTED ? unquote(b, token, &n)
                                                     : fy_token_get_text(token, &n);
    if (text == NULL) {
        return no_memory(b->d);
    }
    if (!is_text(b, text, n, at)) {
        return false;
    }
    node->text = arena_copy(b->arena, text, n);
    if (node->text == NULL) {
        return no_memory(b->d);
    }
    node->quoted = style != FYSS_PLAIN;
    return add_anchor(b, event->scalar.anchor, node) && attach(b, node, at, false);
}

static bool on_open(struct builder *b, enum yaml_kind kind, const struct fy_event *event)
{
    const bool is_map = kind == YAML_MAP;
    struct fy_token *start =
        is_map ? event->mapping_start.mapping_start : event->sequence_start.sequence_start;
    struct fy_token *anchor =
        is_map ? event->mapping_start.anchor : event->sequence_start.anchor;
    struct span at = span_token(b, start, false);
    at.len = 1;
    struct yaml_node *node = new_node(b, kind, at);
    if (node == NULL ||
        !refuse_tag(b, is_map ? event->mapping_start.tag : event->sequence_start.tag)) {
        return false;
    }
    if (b->frame_n == YAML_DEPTH_MAX) {
        return diag_error(b->d, at, "nested more than %d levels deep", YAML_DEPTH_MAX);
    }
    const struct fy_mark *mark = start == NULL ? NULL : fy_token_start_mark(start);
    const bool inside = mark != NULL && mark->input_pos < b->src->n;
    const char first = inside ? b->src->bytes[mark->input_pos] : '\0';
    const bool flow = first == (is_map ? '{' : '[');
    if (!add_anchor(b, anchor, node)) {
        return false;
    }
    b->frame[b->frame_n++] =
        (struct frame){.node = node, .first = b->child_n, .bracket = flow ? first : '\0'};
    return true;
}

/* Order of keys, equal ones in the order of the file. */
static int compare_keys(const void *a, const void *b)
{
    const struct yaml_entry *const *x = a;
    const struct yaml_entry *const *y = b;
    const int order = strcmp((*x)->key, (*y)->key);
    return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* Sorting makes equal keys neighbours whatever they are; a hash would invite chosen collisions.
 */
static bool find_duplicates(struct builder *b, const struct yaml_node *map)
{
    if (map->n < 2) {
        return true;
    }
    const struct yaml_entry **order = mem_resize(NULL, (size_t)map->n, sizeof *order);
    if (order == NULL) {
        return no_memory(b->d);
    }
    for (int i = 0; i < map->n; i++) {
        order[i] = &map->entry[i];
    }
    qsort(order, (size_t)map->n, sizeof *order, compare_keys);
    const struct yaml_entry *first = order[0];
    for (int i = 1; i < map->n; i++) {
        if (strcmp(order[i]->key, first->key) != 0) {
            first = order[i];
            continue;
        }
        diag_error(b->d, order[i]->key_at, "key '%.*s' is given twice",
                   shown(strlen(first->key)), first->key);
        diag_help(b->d, "remove one of the two");
        diag_note(b->d, first->key_at, "it is given here first");
    }
    mem_free(order);
    return true;
}

static bool on_close(struct builder *b)
{
    struct frame *f = &b->frame[--b->frame_n];
    struct yaml_node *node = f->node;
    const size_t n = b->child_n - f->first;
    node->entry = arena_alloc(b->arena, n, sizeof *node->entry);
    if (node->entry == NULL) {
        return no_memory(b->d);
    }
    if (n > 0) {
        memcpy(node->entry, b->child + f->first, n * sizeof *node->entry);
    }
    node->n = (int)n;
    b->child_n = f->first;
    for (int i = 0; i < b->anchor_n; i++) {
        b->anchor[i].open = b->anchor[i].open && b->anchor[i].node != node;
    }
    if (node->kind == YAML_MAP && !find_duplicates(b, node)) {
        return false;
    }
    return attach(b, node, node->at, false);
}

static bool on_document(struct builder *b, const struct fy_event *event)
{
    if (++b->documents_n == 1) {
        return true;
    }
    diag_error(b->d, span_token(b, event->document_start.document_start, false),
               "a second document begins here");
    diag_help(b->d, "one file holds one scenario: split it at the '---'");
    return false;
}

static bool on_event(struct builder *b, const struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return on_document(b, event);
    case FYET_SCALAR:
        return on_scalar(b, event);
    case FYET_ALIAS:
        return on_alias(b, event->alias.anchor);
    case FYET_MAPPING_START:
        return on_open(b, YAML_MAP, event);
    case FYET_SEQUENCE_START:
        return on_open(b, YAML_LIST, event);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_close(b);
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return true;
}

/* ---- Syntax errors ---- */

/* The library's sentences that do not say what to do; matched by their beginning. */
static const struct {
    const char *from, *to, *help;
} sentences[] = {
    {"invalid multiline plain key",                      "this text and the lines below it cannot be one key",
     "is a ':' missing after it, or is the next line indented too far?"                                                                                    },
    {"tab character may not be used",                    "a tab cannot indent",                                "indent with blanks"                        },
    {"invalid tab",                                      "a tab cannot indent",                                "indent with blanks"                        },
    {"could not find expected ':'",                      "a ':' is missing after the key",                     "write 'key: value'"                        },
    {"missing ':'",                                      "a ':' is missing after the key",                     "write 'key: value'"                        },
    {"invalid nested block mapping",                     "a second ': ' on one line",
     "quote the value, or put the inner mapping on its own line"                                                                                           },
    {"invalid block mapping key on same line",           "a second ': ' on one line",
     "quote the value, or put the inner mapping on its own line"                                                                                           },
    {"did not find expected key",                        "the indentation fits no line above",
     "align the key with its neighbours"                                                                                                                   },
    {"invalid indentation in mapping",                   "the indentation fits no line above",
     "align the key with its neighbours"                                                                                                                   },
    {"missing comma in flow",                            "a ',' is missing between two items",                 "separate items with ','"                   },
    {"depth limit exceeded",                             "nested more than 64 levels deep",                    NULL                                        },
    {"block sequence on the same line as a mapping key",
     "a list cannot begin on its key's line",                                                                  "put '- ' on the next line, or write [a, b]"},
};

/* An error past the end of the text is put where the innermost open bracket stands. */
static bool report_open_bracket(struct builder *b)
{
    for (int i = b->frame_n - 1; i >= 0; i--) {
        const struct frame *f = &b->frame[i];
        if (f->bracket != '\0') {
            diag_error(b->d, f->node->at, "'%c' is never closed", f->bracket);
            diag_help(b->d, "close it with '%c'", f->bracket == '[' ? ']' : '}');
            return false;
        }
    }
    return true;
}

static int last_line(const struct yaml_source *src)
{
    int line = 1;
    for (size_t i = 0; i + 1 < src->n; i++) {
        line += src->bytes[i] == '\n';
    }
    return line;
}

static void report_error(struct builder *b, const struct fy_diag_error *e)
{
    const int last = last_line(b->src);
    const bool at_end = e->line > last || strstr(e->msg, "without a closing") != NULL;
    if (at_end && !report_open_bracket(b)) {
        return;
    }
    const int line = e->line < 1 ? 1 : e->line > last ? last : e->line;
    const int col = e->line > last || e->column < 1 ? 1 : e->column;
    const struct span at = span_of(b->src, (struct place){line, col}, 1);
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (strncmp(e->msg, sentences[i].from, strlen(sentences[i].from)) == 0) {
            diag_error(b->d, at, "%s", sentences[i].to);
            if (sentences[i].help != NULL) {
                diag_help(b->d, "%s", sentences[i].help);
            }
            return;
        }
    }
    diag_error(b->d, at, "not well-formed YAML: %.100s", e->msg);
}

/* The first collected error; the library's later ones follow from it. */
static bool report_syntax(struct builder *b, struct fy_diag *diag)
{
    void *iter = NULL;
    const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &iter);
    while (e != NULL && e->type != FYET_ERROR) {
        e = fy_diag_errors_iterate(diag, &iter);
    }
    if (e == NULL) {
        return no_memory(b->d);
    }
    report_error(b, e);
    return false;
}

/* ---- The parser's life ---- */

static void swallow(struct fy_diag *diag, void *user, const char *bytes, size_t n)
{
    (void)diag;
    (void)user;
    (void)bytes;
    (void)n;
}

static struct fy_diag *new_diag(void)
{
    struct fy_diag_cfg cfg;
    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.output_fn = swallow;
    cfg.colorize = false;
    struct fy_diag *diag = fy_diag_create(&cfg);
    if (diag != NULL) {
        fy_diag_set_collect_errors(diag, true);
    }
    return diag;
}

static bool take_events(struct builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
    bool ok = true;
    for (;;) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL) {
            break;
        }
        ok = on_event(b, event);
        fy_parser_event_free(parser, event);
        if (!ok) {
            return false;
        }
    }
    return fy_parser_get_stream_error(parser) ? report_syntax(b, diag) : ok;
}

static bool parse(struct builder *b)
{
    struct fy_diag *diag = new_diag();
    if (diag == NULL) {
        return no_memory(b->d);
    }
    const struct fy_parse_cfg cfg = {.search_path = "",
                                     .flags = FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
                                     .userdata = NULL,
                                     .diag = diag};
    struct fy_parser *parser = fy_parser_create(&cfg);
    bool ok = parser != NULL && fy_parser_set_string(parser, b->src->bytes, b->src->n) == 0;
    ok = ok ? take_events(b, parser, diag) : no_memory(b->d);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return ok;
}

/* ---- Public ---- */

struct yaml_node *yaml_read(struct arena *arena, const struct yaml_source *source,
                            struct diag *d)
{
    struct yaml_source src = *source;
    const struct span top = span_of(&src, (struct place){1, 1}, 1);
    if (src.n > YAML_BYTES_MAX) {
        diag_error(d, top, "%zu bytes are too many: a file may have 1 MiB", src.n);
        return NULL;
    }
    if (src.n >= 3 && memcmp(src.bytes, "\xEF\xBB\xBF", 3) == 0) {
        src.bytes += 3;
        src.n -= 3;
    }
    if (!scan_text(&src, d)) {
        return NULL;
    }
    struct builder *b = mem_resize(NULL, 1, sizeof *b);
    if (b == NULL) {
        no_memory(d);
        return NULL;
    }
    *b = (struct builder){.arena = arena, .src = &src, .d = d};
    bool ok = src.n == 0 || parse(b);
    if (ok && b->root == NULL) {
        ok = diag_error(d, top, "the file is empty");
    }
    struct yaml_node *root = ok ? b->root : NULL;
    mem_free(b->child);
    mem_free(b);
    return root;
}

struct yaml_node *yaml_find(const struct yaml_node *map, const char *key)
{
    for (int i = 0; i < map->n; i++) {
        if (map->entry[i].key != NULL && strcmp(map->entry[i].key, key) == 0) {
            return map->entry[i].value;
        }
    }
    return NULL;
}

bool yaml_is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && !node->quoted &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}

bool yaml_is(const struct yaml_node *node, const char *word)
{
    return node->kind == YAML_SCALAR && strcmp(node->text, word) == 0;
}

const char *yaml_library(void)
{
    return fy_library_version();
}
