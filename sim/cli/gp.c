/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gp.c - gnuplot over three files without a name: script, output, errors. Pipes would need
 * somebody to read while somebody writes; files need nobody. */
#include "sim/cli/gp.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "sim/cli/term.h"

enum {
    IN,
    OUT,
    ERR,
    FILES_N,
    CHUNK = 65536
};

extern char **environ;

static bool gp_read(FILE *f, struct text *out)
{
    char chunk[CHUNK];
    size_t n;
    rewind(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        text_add_n(out, chunk, n);
    }
    return ferror(f) == 0 && !out->failed;
}

/* Starts gnuplot on the files and waits. *error is errno, or 0 with *status as of waitpid. */
static void gp_spawn(FILE *const file[FILES_N], int *error, int *status)
{
    char name[] = "gnuplot";
    char no_files[] = "-d";
    char from_stdin[] = "-";
    char *const argv[] = {name, no_files, from_stdin, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    *status = 0;
    *error = posix_spawn_file_actions_init(&actions);
    if (*error != 0) {
        return;
    }
    for (int i = 0; *error == 0 && i < FILES_N; i++) {
        *error = posix_spawn_file_actions_adddup2(&actions, fileno(file[i]), i);
    }
    if (*error == 0) {
        *error = posix_spawnp(&pid, name, &actions, NULL, argv, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    while (*error == 0 && waitpid(pid, status, 0) < 0) {
        *error = errno == EINTR ? 0 : errno;
    }
}

/* What gnuplot complained about, its first line with a word in it. */
static void gp_complain(FILE *f, int status, struct diag *d)
{
    struct text said;
    text_init(&said);
    (void)gp_read(f, &said);
    const char *s = text_str(&said);
    const char *line = strstr(s, "line ");
    line = line != NULL ? line : s + strspn(s, "\n ^");
    diag_machine(d, "gnuplot failed with status %d: %.*s",
                 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                 (int)strcspn(line, "\n") > 200 ? 200 : (int)strcspn(line, "\n"), line);
    text_fini(&said);
}

enum gp_status gp_run(const struct text *script, struct text *out, struct diag *d)
{
    FILE *file[FILES_N] = {tmpfile(), tmpfile(), tmpfile()};
    enum gp_status result = GP_FAILED;
    int error = errno;
    int status = 0;
    bool ok = file[IN] != NULL && file[OUT] != NULL && file[ERR] != NULL;
    if (ok) {
        ok = !script->failed && fwrite(text_str(script), 1, script->n, file[IN]) == script->n &&
             fflush(file[IN]) == 0;
        error = ok ? 0 : errno;
        rewind(file[IN]);
    }
    if (ok) {
        gp_spawn(file, &error, &status);
    }
    if (ok && error == ENOENT) {
        result = GP_ABSENT;
    } else if (!ok || error != 0) {
        diag_machine(d, "gnuplot could not be run: %s", strerror(error));
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        gp_complain(file[ERR], status, d);
    } else if (!gp_read(file[OUT], out)) {
        diag_machine(d, "out of memory while drawing");
    } else {
        result = GP_DONE;
    }
    for (int i = 0; i < FILES_N; i++) {
        if (file[i] != NULL) {
            (void)fclose(file[i]);
        }
    }
    return result;
}

static bool ends_in(const char *s, const char *end)
{
    const size_t n = s == NULL ? 0 : strlen(s);
    return n > strlen(end) && strcmp(s + n - strlen(end), end) == 0;
}

bool gp_picture(const char *path, const char *flag, struct gp_picture *out, struct diag *d)
{
    out->target = ends_in(path, ".png") ? PLOT_PNG : PLOT_SVG;
    out->is_script = ends_in(path, ".gp");
    if (path != NULL && out->target == PLOT_SVG && !ends_in(path, ".svg") && !out->is_script &&
        strcmp(path, "-") != 0 && strncmp(path, "/dev/", 5) != 0) {
        return diag_error(d, SPAN_NONE,
                          "--%s: '%s' is no picture: the name ends in .svg, .png or .gp", flag,
                          path);
    }
    return path == NULL || term_can_write(path, d);
}

bool gp_draw(const struct gp_picture *picture, const struct text *script, struct text *out,
             struct diag *d)
{
    if (picture->is_script) {
        text_add_n(out, text_str(script), script->n);
        return true;
    }
    const enum gp_status drawn = gp_run(script, out, d);
    if (drawn == GP_ABSENT) {
        diag_machine(d, "a picture needs gnuplot, and there is none");
        diag_help(d, GP_INSTALL);
    }
    return drawn == GP_DONE;
}
