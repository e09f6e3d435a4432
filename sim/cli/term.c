/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term.c - streams, files, signals, clock and environment.
 *
 * The stop flag, the guard and the words of the command are the only changing globals of the
 * program besides the allocator's fault switch: a signal handler can reach nothing else. */
#include "sim/cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/units.h"

enum {
    WIDTH_UNKNOWN = 100,
    WIDTH_MIN = 40,
    CORES_MAX = 1024
};

#define SECOND_NS INT64_C(1000000000)

static volatile sig_atomic_t stop_flag;
static char *const *command;             /* argv, for the handler of assertions */
static volatile sig_atomic_t is_guarded; /* code from outside may call exit */

/* ---- Signals ---- */

/* write(2) whose failure has no one to hear it. */
static void complain_raw(const char *s, size_t n)
{
    while (n > 0) {
        const ssize_t done = write(STDERR_FILENO, s, n);
        if (done <= 0) {
            return;
        }
        s += done;
        n -= (size_t)done;
    }
}

static void on_interrupt(int number)
{
    static const char text[] =
        "\nvgpusim: stopping after the current event (again to quit now)\n";
    (void)number;
    const int errno_before = errno;
    if (stop_flag != 0) {
        _exit(130);
    }
    stop_flag = 1;
    complain_raw(text, sizeof text - 1);
    errno = errno_before;
}

/* One word of a command as sh takes it. */
static void complain_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+.,:/@%";
    complain_raw(" ", 1);
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        complain_raw(word, strlen(word));
        return;
    }
    complain_raw("'", 1);
    for (size_t n; *word != '\0'; word += n) {
        n = strcspn(word, "'");
        complain_raw(word, n);
        if (n == 0) {
            complain_raw("'\\''", 4);
            n = 1;
        }
    }
    complain_raw("'", 1);
}

static void on_abort(int number)
{
    static const char text[] =
        "vgpusim: this is a bug in vgpusim; please report the line above with "
        "the scenario and `vgpusim version`\n  = replay: vgpusim";
    (void)number;
    complain_raw(text, sizeof text - 1);
    for (char *const *word = command; *word; word++) {
        complain_word(*word);
    }
    complain_raw("\n", 1);
    _exit(70);
}

static void on_exit_inside(void)
{
    static const char text[] = "vgpusim: the plug-in of --scheduler ended the program\n"
                               "  = help: a policy answers and returns, docs/schedulers.md\n";
    if (is_guarded) {
        complain_raw(text, sizeof text - 1);
        _exit(4);
    }
}

void term_guard(void)
{
    if (!is_guarded) {
        is_guarded = 1;
        atexit(on_exit_inside);
    }
}

void term_release(void)
{
    is_guarded = 0;
}

void term_init(char *const *words)
{
    command = words;
    struct sigaction act;
    memset(&act, 0, sizeof act);
    sigemptyset(&act.sa_mask);
    act.sa_handler = on_interrupt;
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    act.sa_handler = on_abort;
    sigaction(SIGABRT, &act, NULL);
    act.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &act, NULL);
}

const volatile sig_atomic_t *term_stop(void)
{
    return &stop_flag;
}

/* ---- Terminal ---- */

int term_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
        size.ws_col == 0) {
        return WIDTH_UNKNOWN;
    }
    return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

static bool env_is_set(const char *name)
{
    const char *s = getenv(name);
    return s != NULL && s[0] != '\0';
}

bool term_color(const char *when)
{
    if (when != NULL && strcmp(when, "auto") != 0) {
        return strcmp(when, "always") == 0;
    }
    if (env_is_set("NO_COLOR")) {
        return false;
    }
    const char *force = getenv("CLICOLOR_FORCE");
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0) {
        return true;
    }
    const char *kind = getenv("TERM");
    return kind != NULL && strcmp(kind, "dumb") != 0 && isatty(STDERR_FILENO) != 0;
}

int term_cores(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 1) {
        return 1;
    }
    return n > CORES_MAX ? CORES_MAX : (int)n;
}

uint64_t term_random(void)
{
    uint64_t word = 0;
    FILE *f = fopen("/dev/urandom", "rb");
    const bool ok = f != NULL && fread(&word, sizeof word, 1, f) == 1;
    if (f != NULL) {
        fclose(f);
    }
    return ok ? word : (uint64_t)term_clock_ns() ^ (uint64_t)getpid() << 32;
}

int64_t term_clock_ns(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECOND_NS + t.tv_nsec;
}

void term_complain(const char *bytes, size_t n)
{
    complain_raw(bytes, n);
}

/* ---- Files ---- */

static bool read_stream(FILE *f, const char *name, size_t limit, struct text *out,
                        struct diag *d)
{
    char chunk[16384];
    size_t n = 0;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        if (out->n + n > limit) {
            struct text most;
            text_init(&most);
            units_exact(&most, Q_BYTES, (double)limit);
            diag_error(d, (struct span){.file = name}, "the file is larger than %s",
                       text_str(&most));
            text_fini(&most);
            return false;
        }
        text_add_n(out, chunk, n);
    }
    if (ferror(f) != 0) {
        return diag_machine(d, "cannot read '%s': %s", name, strerror(errno));
    }
    if (out->failed) {
        return diag_machine(d, "cannot read '%s': out of memory", name);
    }
    return true;
}

bool term_read(const char *path, size_t limit, struct text *out, struct diag *d)
{
    if (strcmp(path, "-") == 0) {
        return read_stream(stdin, "-", limit, out, d);
    }
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return diag_machine(d, "cannot open '%s': %s", path, strerror(errno));
    }
    const bool ok = read_stream(f, path, limit, out, d);
    fclose(f);
    return ok;
}

/* Everything into the stream, down to the medium's own errors. A reader that went away is no
 * error: it has seen what it wanted. */
static bool write_stream(FILE *f, const char *name, const char *bytes, size_t n, struct diag *d)
{
    errno = 0;
    if ((n == 0 || fwrite(bytes, 1, n, f) == n) && fflush(f) == 0) {
        return true;
    }
    if (errno == EPIPE) {
        return true;
    }
    return diag_machine(d, "cannot write to %s: %s", name, strerror(errno));
}

static bool cannot_write(const char *path, struct diag *d)
{
    return diag_machine(d, "cannot write to '%s': %s", path, strerror(errno));
}

/* A temporary name in the same directory, so that the rename is atomic. */
static bool open_renamed(struct term_file *f, struct diag *d)
{
    text_addf(&f->name, "%s.XXXXXX", f->path);
    if (f->name.failed) {
        return diag_machine(d, "cannot write to '%s': out of memory", f->path);
    }
    const int fd = mkstemp(f->name.s);
    if (fd < 0) {
        cannot_write(f->path, d);
        text_fini(&f->name);
        return false;
    }
    const mode_t mask = umask(0);
    umask(mask);
    f->stream = fdopen(fd, "wb");
    if (f->stream != NULL && fchmod(fd, 0666 & ~mask) == 0) {
        return true;
    }
    cannot_write(f->path, d);
    if (f->stream == NULL) {
        close(fd);
    }
    return term_close(f, false, d);
}

bool term_open(struct term_file *f, const char *path, struct diag *d)
{
    struct stat st;
    *f = (struct term_file){.path = path};
    text_init(&f->name);
    if (strcmp(path, "-") == 0) {
        f->stream = stdout;
        return true;
    }
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
        return open_renamed(f, d);
    }
    f->stream = fopen(path, "wb");
    return f->stream != NULL || cannot_write(path, d);
}

bool term_put(struct term_file *f, const char *bytes, size_t n, struct diag *d)
{
    return write_stream(f->stream, f->stream == stdout ? "stdout" : f->path, bytes, n, d);
}

bool term_close(struct term_file *f, bool keep, struct diag *d)
{
    bool ok = keep;
    if (f->stream != NULL && f->stream != stdout && fclose(f->stream) != 0 && ok) {
        ok = cannot_write(f->path, d);
    }
    if (f->name.n > 0) {
        if (ok && rename(f->name.s, f->path) != 0) {
            ok = cannot_write(f->path, d);
        }
        if (!ok) {
            unlink(f->name.s);
        }
    }
    text_fini(&f->name);
    return ok;
}

bool term_write(const char *path, const char *bytes, size_t n, struct diag *d)
{
    struct term_file f;
    return term_open(&f, path, d) && term_close(&f, term_put(&f, bytes, n, d), d);
}

bool term_can_write(const char *path, struct diag *d)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        return true;
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return diag_machine(d, "cannot write to '%s': %s", path, strerror(EISDIR));
    }
    /* A new file is made beside it, so it is the folder that must allow writing. */
    const char *slash = strrchr(path, '/');
    struct text folder;
    text_init(&folder);
    text_add_n(&folder, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
    if (folder.n == 0) {
        text_add(&folder, ".");
    }
    const bool is_device = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    const bool ok = !folder.failed && access(is_device ? path : text_str(&folder), W_OK) == 0;
    if (!ok) {
        diag_machine(d, "cannot write to '%s': %s", path, strerror(errno));
    }
    text_fini(&folder);
    return ok;
}

enum term_kind term_kind(const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        return TERM_OTHER;
    }
    if (stat(path, &st) != 0) {
        return TERM_NOTHING;
    }
    return S_ISREG(st.st_mode) ? TERM_FILE : TERM_OTHER;
}

bool term_append(const char *path, const char *bytes, size_t n, struct diag *d)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool ok = fd >= 0;
    while (ok && n > 0) {
        const ssize_t done = write(fd, bytes, n);
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
        ok = done > 0 || (done < 0 && errno == EINTR);
    }
    const int reason = errno;
    const bool closed = fd < 0 || close(fd) == 0;
    if (!ok || !closed) {
        return diag_machine(d, "cannot write to '%s': %s", path, strerror(ok ? errno : reason));
    }
    return true;
}

void term_remove(const char *path)
{
    unlink(path);
}

/* ---- Progress ---- */

void progress_init(struct progress *p, const char *when)
{
    static const char *const names[] = {"auto", "always", "never", "json"};
    *p = (struct progress){.when = PROGRESS_AUTO, .begin_ns = term_clock_ns(), .what = "tasks"};
    for (int i = 0; when != NULL && i < 4; i++) {
        if (strcmp(names[i], when) == 0) {
            p->when = (enum progress_when)i;
        }
    }
    p->is_tty = isatty(STDERR_FILENO) != 0;
}

/* Time between two lines: ten a second where they overwrite each other or a program reads them,
 * one a minute in a log. */
static int64_t progress_interval(const struct progress *p)
{
    return p->is_tty || p->when == PROGRESS_JSON ? SECOND_NS / 10 : 60 * SECOND_NS;
}

void progress_update(void *context, int64_t done, int64_t of)
{
    struct progress *p = context;
    if (p->when == PROGRESS_NEVER || (p->when == PROGRESS_AUTO && !p->is_tty)) {
        return;
    }
    const int64_t now = term_clock_ns();
    const bool is_early = p->when == PROGRESS_AUTO && now - p->begin_ns < SECOND_NS;
    const bool is_last = done == of && p->when == PROGRESS_JSON;
    if (!is_last &&
        (is_early || (p->last_ns != 0 && now - p->last_ns < progress_interval(p)))) {
        return;
    }
    char line[128];
    int n = 0;
    if (p->when == PROGRESS_JSON && of <= 0) {
        n = snprintf(line, sizeof line,
                     "{\"type\":\"progress\",\"done\":%" PRId64 ",\"of\":null}\n", done);
    } else if (of <= 0) {
        n = snprintf(line, sizeof line, "%s%" PRId64 " %s%s", p->is_tty ? "\r\033[K" : "", done,
                     p->what, p->is_tty ? "" : "\n");
        p->is_shown = p->is_tty;
    } else if (p->when == PROGRESS_JSON) {
        n = snprintf(line, sizeof line,
                     "{\"type\":\"progress\",\"done\":%" PRId64 ",\"of\":%" PRId64 "}\n", done,
                     of);
    } else {
        const double left_s =
            done > 0 ? (double)(now - p->begin_ns) * (double)(of - done) / (double)done * 1e-9
                     : 0;
        n = snprintf(line, sizeof line, "%s%" PRId64 " of %" PRId64 " %s, about %.0f s left%s",
                     p->is_tty ? "\r\033[K" : "", done, of, p->what, left_s,
                     p->is_tty ? "" : "\n");
        p->is_shown = p->is_tty;
    }
    p->last_ns = now;
    complain_raw(line, (size_t)n);
}

void progress_fini(struct progress *p)
{
    if (p->is_shown) {
        complain_raw("\r\033[K", 4);
        p->is_shown = false;
    }
}
