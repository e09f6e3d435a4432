/* SPDX-License-Identifier: GPL-3.0-or-later */
/* configin.c - the walk over the tree of a configuration file.
 *
 * The shape is fixed and shallow (file, configuration, entry, names), so that each level is one
 * function. A level that is wrong is told and left; its neighbours are read all the same. */
#include "sim/input/configin.h"

#include <stdlib.h>
#include <string.h>

#include "models/mig.h"
#include "sim/base/near.h"

static const char *const top_keys[] = {"mig-configs", "vgpu-configs"};

struct reader {
    struct arena *arena;
    struct diag *d;
    struct config *config;
    bool ok;
};

static const char *kind_word(const struct yaml_node *node)
{
    static const char *const word[] = {"a value", "a list", "a mapping"};
    return yaml_is_null(node) ? "nothing" : word[node->kind];
}

static void wrong(struct reader *r, const struct yaml_node *node, const char *what,
                  const char *example)
{
    diag_error(r->d, node->at, "expected %s, found %s", what, kind_word(node));
    diag_help(r->d, "write something like '%s'", example);
    r->ok = false;
}

static void *some(struct reader *r, int n, size_t size)
{
    void *p = arena_alloc(r->arena, (size_t)n, size);
    if (p == NULL) {
        r->ok = diag_machine(r->d, "out of memory");
    }
    return p;
}

/* A whole number without quotes, 0 .. CONFIG_COUNT_MAX, or -1. */
static int whole(const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR || node->quoted || node->text[0] == '\0' ||
        strspn(node->text, "0123456789") != strlen(node->text) || strlen(node->text) > 6) {
        return -1;
    }
    const int n = atoi(node->text);
    return n <= CONFIG_COUNT_MAX ? n : -1;
}

static bool is_word_of(const struct yaml_node *node, const char *const *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(node->text, word[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Values of an entry ---- */

/* YAML 1.1's spellings too: the tools' own reader takes them. */
static bool read_bool(struct reader *r, const struct yaml_node *node)
{
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                      "on",   "On",   "ON",   "y",   "Y"};
    static const char *const no[] = {"false", "False", "FALSE", "no", "No", "NO",
                                     "off",   "Off",   "OFF",   "n",  "N"};
    const bool is_word = node->kind == YAML_SCALAR && !node->quoted && !yaml_is_null(node);
    if (is_word && is_word_of(node, yes, sizeof yes / sizeof yes[0])) {
        return true;
    }
    if (!is_word || !is_word_of(node, no, sizeof no / sizeof no[0])) {
        diag_error(r->d, node->at, "mig-enabled: expected true or false, found %s",
                   node->kind == YAML_SCALAR ? node->text : kind_word(node));
        diag_help(r->d, "write 'mig-enabled: true'");
        r->ok = false;
    }
    return false;
}

/* "0x20B210DE": device in the upper half, vendor in the lower. */
static void read_filter(struct reader *r, const struct yaml_node *node,
                        struct config_filter *out)
{
    char *end = NULL;
    const bool is_text = node->kind == YAML_SCALAR && !yaml_is_null(node);
    const bool is_number = is_text && strspn(node->text, "0123456789") > 0;
    const unsigned long long id = is_number ? strtoull(node->text, &end, 0) : 0;
    *out = (struct config_filter){.pci_id = (unsigned)(id >> 16 & 0xFFFF), .at = node->at};
    r->ok = r->ok && is_number && node->quoted;
    if (is_number && !node->quoted) {
        diag_error(r->d, node->at, "device-filter: %s is a number, and the tools take text",
                   node->text);
        diag_help(r->d, "put it in quotes: \"%s\"", node->text);
        return;
    }
    if (is_number && *end == '\0' && id <= 0xFFFFFFFFU &&
        (id & 0xFFFF) == CONFIG_DEVICE_VENDOR) {
        return;
    }
    diag_error(r->d, node->at, "device-filter: '%s' is not the id of an NVIDIA device",
               is_text ? node->text : kind_word(node));
    diag_help(r->d, "device and vendor in one number, like \"0x20B210DE\"");
    r->ok = false;
}

static void read_filters(struct reader *r, const struct yaml_node *node, struct config_entry *e)
{
    const int n = node->kind == YAML_LIST ? node->n : 1;
    if (node->kind == YAML_MAP || yaml_is_null(node)) {
        wrong(r, node, "a device id or a list of them", "device-filter: [\"0x20B210DE\"]");
        return;
    }
    if (node->kind == YAML_SCALAR && node->text[0] == '\0') {
        return; /* the tools take an empty filter for none */
    }
    e->filter = some(r, n, sizeof *e->filter);
    for (int i = 0; e->filter != NULL && i < n; i++) {
        read_filter(r, node->kind == YAML_LIST ? node->entry[i].value : node, &e->filter[i]);
        e->filter_n++;
    }
}

static void read_devices(struct reader *r, const struct yaml_node *node, struct config_entry *e)
{
    e->all_devices = yaml_is(node, "all");
    if (e->all_devices) {
        return;
    }
    if (node->kind != YAML_LIST) {
        diag_error(r->d, node->at, "devices: expected 'all' or a list of indexes, found %s",
                   node->kind == YAML_SCALAR && !yaml_is_null(node) ? node->text
                                                                    : kind_word(node));
        diag_help(r->d, "write 'devices: all' or 'devices: [0, 1]'");
        r->ok = false;
        return;
    }
    e->device = some(r, node->n, sizeof *e->device);
    for (int i = 0; e->device != NULL && i < node->n; i++) {
        const struct yaml_node *item = node->entry[i].value;
        e->device[i] = whole(item);
        e->device_n++;
        if (e->device[i] < 0) {
            diag_error(r->d, item->at, "devices: '%s' is not the index of a GPU",
                       item->kind == YAML_SCALAR ? item->text : kind_word(item));
            diag_help(r->d, "indexes are whole numbers from 0");
            r->ok = false;
        }
    }
}

/* mig-parted refuses names that are not spelt like a profile; vgpu-device-manager's pattern has
 * changed with every generation of boards, so any name may stand there. */
static void check_name(struct reader *r, const struct yaml_entry *e)
{
    struct mig_name name;
    if (r->config->kind == CONFIG_MIG && !mig_name_read(e->key, &name)) {
        diag_error(r->d, e->key_at, "'%s' is not spelt like a MIG profile", e->key);
        diag_help(r->d, "profiles look like '1g.10gb', with '1c.' before or '+me' behind");
        r->ok = false;
    } else if (e->key[0] == '\0') {
        diag_error(r->d, e->key_at, "a vGPU type has no name");
        diag_help(r->d, "types look like 'A100D-10C'");
        r->ok = false;
    }
}

static void read_wants(struct reader *r, const struct yaml_node *node, const char *key,
                       struct config_entry *e)
{
    const bool is_mig = r->config->kind == CONFIG_MIG;
    int sum = 0;
    if (node->kind != YAML_MAP) {
        diag_error(r->d, node->at, "%s: expected a mapping of names to numbers, found %s", key,
                   kind_word(node));
        diag_help(r->d, "write '%s: {%s}', or {} for none", key,
                  is_mig ? "\"1g.10gb\": 7" : "A100D-10C: 8");
        r->ok = false;
        return;
    }
    if (node->n > CONFIG_WANTS_MAX) {
        r->ok = diag_error(r->d, node->at, "%s: more than %d names", key, CONFIG_WANTS_MAX);
        return;
    }
    e->want = some(r, node->n, sizeof *e->want);
    for (int i = 0; e->want != NULL && i < node->n; i++) {
        const struct yaml_entry *from = &node->entry[i];
        const int count = whole(from->value);
        check_name(r, from);
        if (count < (is_mig ? 0 : 1)) {
            diag_error(r->d, from->value->at, "%s: '%s' is not a number of them", from->key,
                       from->value->kind == YAML_SCALAR ? from->value->text
                                                        : kind_word(from->value));
            diag_help(r->d, "write a whole number from %d to %d", is_mig ? 0 : 1,
                      CONFIG_COUNT_MAX);
            r->ok = false;
        }
        e->want[e->want_n++] =
            (struct config_want){.name = from->key, .at = from->key_at, .count = count};
        sum += count > 0 ? 1 : 0;
    }
    if (node->n > 0 && sum == 0 && r->ok) {
        diag_error(r->d, node->at, "%s: all numbers are 0", key);
        diag_help(r->d, "write '%s: {}' for none", key);
        r->ok = false;
    }
}

/* ---- Levels ---- */

/* Refuses keys that are not in the list. */
static void check_keys(struct reader *r, const struct yaml_node *map, const char *const *key,
                       size_t key_n)
{
    for (int i = 0; i < map->n; i++) {
        bool known = false;
        for (size_t k = 0; k < key_n; k++) {
            known = known || strcmp(map->entry[i].key, key[k]) == 0;
        }
        if (known) {
            continue;
        }
        const char *near = near_find(map->entry[i].key, key, key_n);
        r->ok = false;
        if (strcmp(map->entry[i].key, top_keys[CONFIG_VGPU]) == 0) {
            diag_error(r->d, map->entry[i].key_at, "'%s' beside '%s'", top_keys[CONFIG_VGPU],
                       top_keys[CONFIG_MIG]);
            diag_help(r->d, "each tool has a file of its own");
            continue;
        }
        diag_error(r->d, map->entry[i].key_at, "unknown field '%s'", map->entry[i].key);
        diag_help(r->d, "did you mean '%s'?", near != NULL ? near : key[0]);
    }
}

static void check_enabled(struct reader *r, const struct config_entry *e, bool has_devices)
{
    if (e->mig_enabled && !has_devices) {
        diag_error(r->d, e->at, "mig-enabled is true, but mig-devices is missing");
        diag_help(r->d, "add 'mig-devices: {}' for MIG mode without instances");
        r->ok = false;
    } else if (!e->mig_enabled && e->want_n > 0) {
        diag_error(r->d, e->want[0].at, "mig-enabled is false, but there are mig-devices");
        diag_help(r->d, "set 'mig-enabled: true', or leave mig-devices out");
        r->ok = false;
    }
}

static void read_entry(struct reader *r, const struct yaml_node *node, struct config_entry *e)
{
    static const char *const mig[] = {"device-filter", "devices", "mig-enabled", "mig-devices"};
    static const char *const vgpu[] = {"device-filter", "devices", "vgpu-devices"};
    const bool is_mig = r->config->kind == CONFIG_MIG;
    e->at = node->at;
    if (node->kind != YAML_MAP) {
        wrong(r, node, "an entry",
              is_mig ? "- {devices: all, mig-enabled: false}"
                     : "- {devices: all, vgpu-devices: {A100D-10C: 8}}");
        return;
    }
    const bool was_ok = r->ok;
    r->ok = true;
    check_keys(r, node, is_mig ? mig : vgpu, is_mig ? 4 : 3);
    for (int i = 1; i < 3; i++) {
        const char *need = is_mig ? mig[i] : vgpu[i];
        if (yaml_find(node, need) == NULL) {
            diag_error(r->d, node->at, "the entry has no '%s'", need);
            diag_help(r->d, "add '%s: %s'", need,
                      i == 1   ? "all"
                      : is_mig ? "true"
                               : "{A100D-10C: 8}");
            r->ok = false;
        }
    }
    const char *key = is_mig ? "mig-devices" : "vgpu-devices";
    const struct yaml_node *filter = yaml_find(node, "device-filter");
    const struct yaml_node *devices = yaml_find(node, "devices");
    const struct yaml_node *enabled = is_mig ? yaml_find(node, "mig-enabled") : NULL;
    const struct yaml_node *wants = yaml_find(node, key);
    if (filter != NULL) {
        read_filters(r, filter, e);
    }
    if (devices != NULL) {
        read_devices(r, devices, e);
    }
    e->mig_enabled = enabled != NULL && read_bool(r, enabled);
    if (wants != NULL) {
        read_wants(r, wants, key, e);
    }
    if (is_mig && r->ok) {
        check_enabled(r, e, wants != NULL);
    }
    r->ok = r->ok && was_ok;
}

static void read_set(struct reader *r, const struct yaml_entry *from, struct config_set *set)
{
    const struct yaml_node *list = from->value;
    *set = (struct config_set){.name = from->key, .at = from->key_at};
    if (list->kind != YAML_LIST || list->n == 0) {
        diag_error(r->d, list->kind == YAML_LIST ? list->at : from->key_at,
                   "the configuration '%s' needs a list of entries, found %s", from->key,
                   list->kind == YAML_LIST ? "an empty one" : kind_word(list));
        diag_help(r->d, "begin each entry with '- devices: all'");
        r->ok = false;
        return;
    }
    set->entry = some(r, list->n, sizeof *set->entry);
    for (int i = 0; set->entry != NULL && i < list->n; i++) {
        read_entry(r, list->entry[i].value, &set->entry[i]);
        set->entry_n++;
    }
}

static void check_version(struct reader *r, const struct yaml_node *root)
{
    const struct yaml_node *version = yaml_find(root, "version");
    if (version != NULL && yaml_is(version, "v1")) {
        return;
    }
    if (version == NULL) {
        diag_error(r->d, root->at, "there is no 'version'");
    } else {
        diag_error(r->d, version->at, "version: expected v1, found %s",
                   version->kind == YAML_SCALAR ? version->text : kind_word(version));
    }
    diag_help(r->d, "write 'version: v1'");
    r->ok = false;
}

/* ---- Public ---- */

static bool has_line(const char *bytes, size_t n, const char *key)
{
    const size_t key_n = strlen(key);
    for (size_t at = 0; at + key_n < n; at++) {
        const size_t from = at + (bytes[at] == '"' || bytes[at] == '\'' ? 1 : 0);
        if (n - from > key_n && memcmp(bytes + from, key, key_n) == 0) {
            return true;
        }
        const char *end = memchr(bytes + at, '\n', n - at);
        if (end == NULL) {
            return false;
        }
        at = (size_t)(end - bytes);
    }
    return false;
}

bool configin_is(const char *bytes, size_t n)
{
    struct arena arena;
    struct diag *d;
    arena_init(&arena, "scratch");
    d = arena_alloc(&arena, 1, sizeof *d);
    bool found = false;
    if (d != NULL) {
        const struct yaml_source source = {"", bytes, n, 1, 0};
        diag_init(d);
        const struct yaml_node *root = yaml_read(&arena, &source, d);
        for (size_t i = 0; i < 2; i++) {
            found = found || (root == NULL ? has_line(bytes, n, top_keys[i])
                                           : root->kind == YAML_MAP &&
                                                 yaml_find(root, top_keys[i]) != NULL);
        }
        diag_fini(d);
    }
    arena_fini(&arena);
    return found;
}

const struct config *configin_read(struct arena *arena, const struct yaml_source *source,
                                   struct diag *d)
{
    const size_t before = d->error_n;
    struct yaml_node *root = yaml_read(arena, source, d);
    struct reader r = {.arena = arena, .d = d, .ok = root != NULL};
    r.config = root == NULL ? NULL : some(&r, 1, sizeof *r.config);
    if (r.config == NULL) {
        return NULL;
    }
    const struct yaml_node *sets = root->kind == YAML_MAP ? yaml_find(root, top_keys[0]) : NULL;
    r.config->kind = sets != NULL ? CONFIG_MIG : CONFIG_VGPU;
    if (sets == NULL && root->kind == YAML_MAP) {
        sets = yaml_find(root, top_keys[1]);
    }
    if (sets == NULL) {
        diag_error(d, root->at, "there is neither 'mig-configs' nor 'vgpu-configs'");
        diag_help(d, "the file of mig-parted begins with 'version: v1' and 'mig-configs:'");
        return NULL;
    }
    const char *const keys[] = {"version", top_keys[r.config->kind]};
    check_keys(&r, root, keys, 2);
    check_version(&r, root);
    if (sets->kind != YAML_MAP || sets->n == 0) {
        wrong(&r, sets, "at least one named configuration", "all-disabled: [...]");
        return NULL;
    }
    r.config->set = some(&r, sets->n, sizeof *r.config->set);
    for (int i = 0; r.config->set != NULL && i < sets->n; i++) {
        read_set(&r, &sets->entry[i], &r.config->set[i]);
        r.config->set_n++;
    }
    return r.ok && d->error_n == before ? r.config : NULL;
}
