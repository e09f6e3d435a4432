/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plugin.c - dlopen, one symbol, and the hash by which a result tells which file it was. */
#include "sim/cli/plugin.h"

#include <dlfcn.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/journal.h"
#include "sim/cli/term.h"

enum {
    BYTES_MAX = 1 << 26
};

static bool unusable(struct diag *d, const char *path, const char *why)
{
    diag_machine(d, "--scheduler: '%s' cannot be used: %s", path, why);
    diag_help(d, "docs/schedulers.md shows how one is made");
    return false;
}

static bool hash_file(const char *path, uint64_t *hash, struct diag *d)
{
    struct text bytes;
    text_init(&bytes);
    const bool ok = term_read(path, BYTES_MAX, &bytes, d);
    *hash = ok ? journal_hash(JOURNAL_HASH, text_str(&bytes), bytes.n) : 0;
    text_fini(&bytes);
    return ok;
}

bool plugin_load(struct plugin *p, const char *path, struct diag *d)
{
    const struct vgpusim_scheduler *(*entry)(uint32_t abi) = NULL;
    uint64_t hash;
    struct text name;
    if (!hash_file(path, &hash, d)) {
        return false;
    }
    text_init(&name); /* without a slash dlopen would search the library path */
    text_addf(&name, "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
    term_guard();
    p->handle = dlopen(text_str(&name), RTLD_NOW | RTLD_LOCAL);
    text_fini(&name);
    if (p->handle == NULL) {
        return unusable(d, path, dlerror());
    }
    void *symbol = dlsym(p->handle, "vgpusim_scheduler");
    if (symbol == NULL) {
        return unusable(d, path, "it exports no function vgpusim_scheduler");
    }
    _Static_assert(sizeof symbol == sizeof entry, "POSIX: a symbol may be a function");
    memcpy(&entry, &symbol, sizeof entry);
    const char *why = sched_plugin_init(&p->sched, entry(VGPUSIM_SCHEDULER_ABI));
    if (why != NULL) {
        return unusable(d, path, why);
    }
    p->sched.hash = hash;
    return true;
}

void plugin_unload(struct plugin *p)
{
    if (p->handle != NULL) {
        dlclose(p->handle);
    }
    p->handle = NULL;
    term_release();
}
