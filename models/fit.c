/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - robust nonlinear least squares over the logarithms of times.
 *
 * Positive quantities are fitted as logarithms, fractions as logarithms of ratios, so that no
 * bound can be broken. Huber weights are found by reweighting. Several fixed starts, the best
 * robust sum wins: the kink of max(floor, g) has a basin on either side. Solver: the trust
 * region of GSL's multifit_nlinear with the exact Jacobian. */
#include "models/fit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_multifit_nlinear.h>

/* Places of the free parameters: ln per_item, ln(base / per_item), ln(memory / compute),
 * ln(serial / compute), ln floor, logit width, then d(n) of each size. */
enum {
    AT_ITEM,
    AT_BASE,
    AT_MEMORY,
    AT_SERIAL,
    AT_FLOOR,
    AT_WIDTH,
    AT_SIZES,
    FREE_MAX = AT_SIZES + FIT_SIZES_MAX,
    STARTS_N = 8,
    ROUNDS = 2,     /* of reweighting for every start */
    ROUNDS_END = 6, /* for the best one */
    STEPS_MAX = 50
};

/* Priors, as standard deviations; the data's own noise is taken as NOISE where it weighs
 * against them. Batch sizes stray from the line by 10 %; the other priors are so wide that
 * three points outweigh them. */
static const double NOISE = 0.02;
static const double SIZE_SD = 0.1;
static const double BASE_SD = 4.0;  /* of base / (per_item x smallest size), around 0 */
static const double RATIO_SD = 5.0; /* of ln(memory / compute) and ln(serial / compute) */
static const double FLOOR_SD =
    2.0; /* of ln floor: one fast slice that fits a little better does not make one */
static const double LOOSE_SD = 40.0;  /* of everything else, around its start */
static const double HUBER = 1.345;    /* 95 % efficiency for Gaussian noise */
static const double SCALE_MIN = 0.01; /* residuals below are never outliers */
static const double SIMPLER = 0.02;   /* what a richer shape must gain in score */

struct problem {
    const struct fit_data *data;
    struct fit_shape shape;
    int without;
    int point_n; /* kept */
    int free_n;
    double size_min, size_max;
    double time_min, item_min; /* shortest time; least time per item and x_c */
    double mean[AT_SIZES];     /* of the priors */
    double *weight;            /* [data->point_n] square roots */
};

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* ---- The law ---- */

/* ln t at a point; gradient into `g` [free_n] unless NULL. */
static double log_time(const struct problem *p, const double *at, const struct fit_point *q,
                       double *g)
{
    const double n = p->data->size[q->size];
    const double base = p->data->size_n > 1 ? exp(at[AT_BASE]) : 0.0;
    const double memory = exp(at[AT_MEMORY]);
    const double serial = p->shape.serial ? exp(at[AT_SERIAL]) : 0.0;
    const double width = p->shape.width ? logistic(at[AT_WIDTH]) : 1.0;
    const bool is_wide = width * q->compute > 1.0;
    const double slow = is_wide ? width * q->compute : 1.0;
    const double part = serial + slow + memory * q->memory;
    const double whole = serial + 1.0 + memory;
    const double d = p->data->size_n > 1 ? at[AT_SIZES + q->size] : 0.0;
    const double work = exp(at[AT_ITEM] + d) * (base + n) * part / whole;
    const double floor_ns = exp(at[AT_FLOOR]);
    const bool is_floor = !p->shape.sum && floor_ns > work;
    const double t = p->shape.sum ? work + floor_ns : is_floor ? floor_ns : work;
    if (g != NULL) {
        const double share = is_floor ? 0.0 : work / t;
        memset(g, 0, (size_t)p->free_n * sizeof *g);
        g[AT_ITEM] = share;
        g[AT_BASE] = share * base / (base + n);
        g[AT_MEMORY] = share * memory * (q->memory / part - 1.0 / whole);
        g[AT_SERIAL] = share * serial * (1.0 / part - 1.0 / whole);
        g[AT_WIDTH] = is_wide ? share * q->compute * width * (1.0 - width) / part : 0.0;
        g[AT_FLOOR] = is_floor ? 1.0 : p->shape.sum ? floor_ns / t : 0.0;
        if (p->data->size_n > 1) {
            g[AT_SIZES + q->size] = share;
        }
    }
    return log(t);
}

/* Prior of free parameter i: its weighted distance and slope. */
static double prior(const struct problem *p, const double *at, int i, double *slope)
{
    double sd = i >= AT_SIZES ? SIZE_SD : LOOSE_SD;
    const double mean = i >= AT_SIZES ? 0.0 : p->mean[i];
    if (i == AT_BASE) {
        *slope = NOISE / BASE_SD * exp(at[i]) / p->size_min;
        return *slope;
    }
    if (i == AT_MEMORY || i == AT_SERIAL) {
        sd = RATIO_SD;
    }
    if (i == AT_FLOOR) {
        sd = FLOOR_SD;
    }
    *slope = NOISE / sd;
    return *slope * (at[i] - mean);
}

static bool is_kept(const struct problem *p, int i)
{
    return p->data->point[i].slice != p->without;
}

static int residuals(const gsl_vector *x, void *context, gsl_vector *f)
{
    const struct problem *p = context;
    size_t row = 0;
    double slope = 0.0;
    for (int i = 0; i < p->data->point_n; i++) {
        if (is_kept(p, i)) {
            const struct fit_point *q = &p->data->point[i];
            const double r = log_time(p, x->data, q, NULL) - log(q->time_ns);
            gsl_vector_set(f, row++, p->weight[i] * r);
        }
    }
    for (int i = 0; i < p->free_n; i++) {
        gsl_vector_set(f, row++, prior(p, x->data, i, &slope));
    }
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *x, void *context, gsl_matrix *j)
{
    const struct problem *p = context;
    double g[FREE_MAX];
    size_t row = 0;
    gsl_matrix_set_zero(j);
    for (int i = 0; i < p->data->point_n; i++) {
        if (is_kept(p, i)) {
            (void)log_time(p, x->data, &p->data->point[i], g);
            for (int k = 0; k < p->free_n; k++) {
                gsl_matrix_set(j, row, (size_t)k, p->weight[i] * g[k]);
            }
            row++;
        }
    }
    for (int i = 0; i < p->free_n; i++) {
        double slope = 0.0;
        (void)prior(p, x->data, i, &slope);
        gsl_matrix_set(j, row++, (size_t)i, slope);
    }
    return GSL_SUCCESS;
}

/* ---- Solving ---- */

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

double fit_quantile(const double *x, int n, double p, double *room)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (!isnan(x[i])) {
            room[kept++] = fabs(x[i]);
        }
    }
    if (kept == 0) {
        return (double)NAN;
    }
    qsort(room, (size_t)kept, sizeof *room, by_value);
    int at = (int)ceil(p * kept) - 1;
    return room[at < 0 ? 0 : at];
}

/* Residuals into r [data->point_n], NAN for what is left out; their robust scale. */
static double scale_of(const struct problem *p, const double *at, double *r, double *room)
{
    for (int i = 0; i < p->data->point_n; i++) {
        const struct fit_point *q = &p->data->point[i];
        r[i] = is_kept(p, i) ? log_time(p, at, q, NULL) - log(q->time_ns) : (double)NAN;
    }
    return 1.4826 * fit_quantile(r, p->data->point_n, 0.5, room);
}

/* The robust sum that decides between starts: Huber's at twice the nominal noise. */
static double robust_cost(const struct problem *p, const double *at, const double *r)
{
    double cost = 0.0;
    double slope = 0.0;
    for (int i = 0; i < p->data->point_n; i++) {
        const double u = isnan(r[i]) ? 0.0 : fabs(r[i]) / (2.0 * NOISE);
        cost += u < 1.0 ? u * u / 2.0 : u - 0.5;
    }
    for (int i = 0; i < p->free_n; i++) {
        const double u = prior(p, at, i, &slope) / (2.0 * NOISE);
        cost += u * u / 2.0;
    }
    return cost;
}

struct solver {
    struct problem p;
    gsl_multifit_nlinear_workspace *w;
    gsl_multifit_nlinear_fdf fdf;
    double *r, *room; /* [point_n] */
};

/* Rounds of solving and reweighting from `at`, which is replaced. Returns the robust sum. */
static double solve(struct solver *s, double *at, int rounds)
{
    struct problem *p = &s->p;
    for (int i = 0; i < p->data->point_n; i++) {
        p->weight[i] = 1.0;
    }
    for (int round = 0; round < rounds; round++) {
        int info = 0;
        gsl_vector_view x = gsl_vector_view_array(at, (size_t)p->free_n);
        gsl_multifit_nlinear_init(&x.vector, &s->fdf, s->w);
        /* Not to converge in STEPS_MAX steps is no failure: the robust sum judges the result.
         */
        (void)gsl_multifit_nlinear_driver(STEPS_MAX, 1e-8, 1e-8, 0.0, NULL, NULL, &info, s->w);
        memcpy(at, s->w->x->data, (size_t)p->free_n * sizeof *at);
        double scale = scale_of(p, at, s->r, s->room);
        scale = scale < SCALE_MIN ? SCALE_MIN : scale;
        for (int i = 0; i < p->data->point_n; i++) {
            const double u = isnan(s->r[i]) ? 0.0 : fabs(s->r[i]) / (HUBER * scale);
            p->weight[i] = u <= 1.0 ? 1.0 : sqrt(1.0 / u);
        }
    }
    return robust_cost(p, at, s->r);
}

/* A start by number: small or large base, memory and floor. */
static void start_at(const struct problem *p, int number, double *at)
{
    memset(at, 0, (size_t)p->free_n * sizeof *at);
    at[AT_ITEM] = log(p->item_min);
    at[AT_BASE] = log((number & 1) != 0 ? 0.01 * p->size_max : p->size_min);
    at[AT_MEMORY] = (number & 2) != 0 ? 1.0 : -2.0;
    at[AT_SERIAL] = -2.0;
    at[AT_FLOOR] = log(p->time_min * ((number & 4) != 0 ? 0.95 : 0.3));
    at[AT_WIDTH] = 2.0;
}

/* What the starts are made of. False when fewer than two points are kept. */
static bool survey(struct problem *p)
{
    p->time_min = p->item_min = p->size_min = HUGE_VAL;
    p->size_max = 0.0;
    p->point_n = 0;
    for (int i = 0; i < p->data->point_n; i++) {
        if (!is_kept(p, i)) {
            continue;
        }
        const struct fit_point *q = &p->data->point[i];
        const double n = p->data->size[q->size];
        const double item = q->time_ns / n / q->compute;
        p->time_min = fmin(p->time_min, q->time_ns);
        p->item_min = fmin(p->item_min, item);
        p->size_min = fmin(p->size_min, n);
        p->size_max = fmax(p->size_max, n);
        p->point_n++;
    }
    p->free_n = AT_SIZES + (p->data->size_n > 1 ? p->data->size_n : 0);
    p->mean[AT_MEMORY] = -1.0;
    p->mean[AT_SERIAL] = -3.0;
    /* What no measurement touches - a floor below them all, work hidden by the floor - comes
     * to rest well away from the kink. */
    p->mean[AT_ITEM] = log(0.1 * p->item_min);
    p->mean[AT_FLOOR] = log(0.1 * p->time_min);
    p->mean[AT_WIDTH] = 2.0;
    return p->point_n >= 2;
}

static bool solver_init(struct solver *s, struct diag *d)
{
    gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
    struct problem *p = &s->p;
    how.solver = gsl_multifit_nlinear_solver_cholesky;
    const size_t n = (size_t)p->data->point_n;
    const size_t rows = (size_t)(p->point_n + p->free_n);
    p->weight = mem_resize(NULL, 3 * n, sizeof *p->weight);
    s->w =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, rows, (size_t)p->free_n);
    if (p->weight == NULL || s->w == NULL) {
        return diag_machine(d, "out of memory while fitting");
    }
    s->r = p->weight + n;
    s->room = s->r + n;
    s->fdf = (gsl_multifit_nlinear_fdf){
        .f = residuals, .df = jacobian, .n = rows, .p = (size_t)p->free_n, .params = p};
    return true;
}

static void solver_fini(struct solver *s)
{
    if (s->w != NULL) {
        gsl_multifit_nlinear_free(s->w);
    }
    mem_free(s->p.weight);
}

/* ---- Estimates ---- */

static void values_of(const struct problem *p, const double *at, double value[FIT_PARAMS_N])
{
    const double memory = exp(at[AT_MEMORY]);
    const double serial = p->shape.serial ? exp(at[AT_SERIAL]) : 0.0;
    const double whole = serial + 1.0 + memory;
    value[FIT_PER_ITEM] = exp(at[AT_ITEM]);
    value[FIT_BASE] = p->data->size_n > 1 ? exp(at[AT_ITEM] + at[AT_BASE]) : 0.0;
    value[FIT_SERIAL] = serial / whole;
    value[FIT_COMPUTE] = 1.0 / whole;
    value[FIT_MEMORY] = memory / whole;
    value[FIT_WIDTH] = p->shape.width ? logistic(at[AT_WIDTH]) : 1.0;
    value[FIT_FLOOR] = exp(at[AT_FLOOR]);
}

/* Standard errors by the delta method: gradient of each value against the covariance. A value
 * is known when the data make it more certain than a factor of 2 or, for a fraction, than a
 * quarter. */
static void errors_of(struct solver *s, const double *at, struct fit_law *out)
{
    const struct problem *p = &s->p;
    const size_t n = (size_t)p->free_n;
    double near[FREE_MAX];
    double slope[FIT_PARAMS_N][AT_SIZES];
    gsl_matrix *cov = gsl_matrix_alloc(n, n);
    if (cov != NULL) {
        gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(s->w), 0.0, cov);
    }
    for (int k = 0; k < AT_SIZES; k++) {
        double up[FIT_PARAMS_N], down[FIT_PARAMS_N];
        memcpy(near, at, n * sizeof *near);
        near[k] = at[k] + 1e-4;
        values_of(p, near, up);
        near[k] = at[k] - 1e-4;
        values_of(p, near, down);
        for (int v = 0; v < FIT_PARAMS_N; v++) {
            slope[v][k] = (up[v] - down[v]) / 2e-4;
        }
    }
    const double noise = out->noise > SCALE_MIN ? out->noise : SCALE_MIN;
    for (int v = 0; v < FIT_PARAMS_N; v++) {
        double variance = 0.0;
        for (size_t i = 0; cov != NULL && i < AT_SIZES; i++) {
            for (size_t k = 0; k < AT_SIZES; k++) {
                variance += slope[v][i] * slope[v][k] * gsl_matrix_get(cov, i, k);
            }
        }
        const bool is_fraction =
            v == FIT_SERIAL || v == FIT_COMPUTE || v == FIT_MEMORY || v == FIT_WIDTH;
        out->se[v] = cov != NULL ? noise * sqrt(variance > 0.0 ? variance : 0.0) : (double)NAN;
        out->known[v] = out->se[v] < (is_fraction ? 0.25 : 0.5 * out->value[v]) ||
                        (!is_fraction && !(out->value[v] > 0.0));
    }
    if (cov != NULL) {
        gsl_matrix_free(cov);
    }
}

static void law_of(struct solver *s, const double *at, struct fit_law *out)
{
    const struct fit_data *data = s->p.data;
    *out = (struct fit_law){.shape = s->p.shape};
    out->noise = scale_of(&s->p, at, s->r, s->room);
    values_of(&s->p, at, out->value);
    for (int i = 0; i < data->size_n; i++) {
        const double d = data->size_n > 1 ? at[AT_SIZES + i] : 0.0;
        out->size_ns[i] =
            (out->value[FIT_BASE] + out->value[FIT_PER_ITEM] * data->size[i]) * exp(d);
    }
    errors_of(s, at, out);
}

/* ---- Public ---- */

struct fit_shape fit_shape_of(int i)
{
    assert(i >= 0 && i < FIT_SHAPES_N);
    return (struct fit_shape){
        .sum = (i & 1) != 0, .serial = (i & 2) != 0, .width = (i & 4) != 0};
}

double fit_time_ns(const struct fit_law *law, int size_ix, double compute, double memory)
{
    const double *v = law->value;
    const double slow = v[FIT_WIDTH] * compute > 1.0 ? v[FIT_WIDTH] * compute : 1.0;
    const double g = law->size_ns[size_ix] *
                     (v[FIT_SERIAL] + v[FIT_COMPUTE] * slow + v[FIT_MEMORY] * memory);
    return law->shape.sum ? g + v[FIT_FLOOR] : fmax(g, v[FIT_FLOOR]);
}

bool fit_law(const struct fit_data *data, struct fit_shape shape, int without,
             struct fit_law *out, struct diag *d)
{
    struct solver s = {
        .p = {.data = data, .shape = shape, .without = without}
    };
    double at[FREE_MAX], best[FREE_MAX];
    double best_cost = HUGE_VAL;
    assert(data->size_n <= FIT_SIZES_MAX);
    assert(data->point_n <= FIT_POINTS_MAX);
    if (!survey(&s.p)) {
        return false;
    }
    bool ok = solver_init(&s, d);
    for (int i = 0; ok && i < STARTS_N; i++) {
        start_at(&s.p, i, at);
        const double cost = solve(&s, at, ROUNDS);
        if (cost < best_cost) {
            best_cost = cost;
            memcpy(best, at, (size_t)s.p.free_n * sizeof *best);
        }
    }
    ok = ok && isfinite(best_cost);
    if (ok) {
        (void)solve(&s, best, ROUNDS_END);
        law_of(&s, best, out);
    }
    solver_fini(&s);
    return ok;
}

/* ---- Leaving out ---- */

/* The slices of `data` but one, as data of their own in `room`. */
static struct fit_data data_without(const struct fit_data *data, int slice,
                                    struct fit_point *room)
{
    struct fit_data rest = *data;
    rest.point = room;
    rest.point_n = 0;
    for (int i = 0; i < data->point_n; i++) {
        if (data->point[i].slice != slice) {
            room[rest.point_n++] = data->point[i];
        }
    }
    return rest;
}

static bool has_slice(const struct fit_data *data, int slice)
{
    for (int i = 0; i < data->point_n; i++) {
        if (data->point[i].slice == slice) {
            return true;
        }
    }
    return false;
}

/* Predicts the points of one slice by a law into error. */
static void predict(const struct fit_data *data, int slice, const struct fit_law *law,
                    double *error)
{
    for (int i = 0; i < data->point_n; i++) {
        const struct fit_point *q = &data->point[i];
        if (slice < 0 || q->slice == slice) {
            error[i] = q->time_ns / fit_time_ns(law, q->size, q->compute, q->memory) - 1.0;
        }
    }
}

/* Scores one shape; error and room [point_n]. */
static struct fit_score score_of(const struct fit_data *data, struct fit_shape shape,
                                 double *error, double *room, struct diag *d)
{
    double sum = 0.0;
    int n = 0;
    for (int i = 0; i < data->point_n; i++) {
        error[i] = (double)NAN;
    }
    for (int slice = 0; slice < data->slice_n; slice++) {
        struct fit_law law;
        if (has_slice(data, slice) && fit_law(data, shape, slice, &law, d)) {
            predict(data, slice, &law, error);
        }
    }
    for (int i = 0; i < data->point_n; i++) {
        if (!isnan(error[i])) {
            sum += log(0.01 + fabs(error[i]));
            n++;
        }
    }
    return (struct fit_score){.score = n > 0 ? sum / n : HUGE_VAL,
                              .median = fit_quantile(error, data->point_n, 0.5, room),
                              .p90 = fit_quantile(error, data->point_n, 0.9, room)};
}

/* The shape that does best on what it has not seen; a richer one must gain. */
static int choose(const struct fit_data *data, struct fit_score *score, double *error,
                  double *room, struct diag *d)
{
    int best = 0;
    for (int i = 0; i < FIT_SHAPES_N; i++) {
        score[i] = score_of(data, fit_shape_of(i), error, room, d);
        const double gain = i < 2 ? 0.0 : SIMPLER;
        if (score[i].score < score[best].score - gain) {
            best = i;
        }
    }
    return best;
}

bool fit_workload(const struct fit_data *data, struct arena *a, struct fit_result *out,
                  struct diag *d)
{
    const size_t n = (size_t)data->point_n;
    double *error = arena_alloc(a, n, sizeof *error);
    double *room = arena_alloc(a, n, sizeof *room);
    struct fit_point *rest_room = arena_alloc(a, n, sizeof *rest_room);
    *out = (struct fit_result){.residual = arena_alloc(a, n, sizeof *out->residual),
                               .left_out = arena_alloc(a, n, sizeof *out->left_out)};
    if (error == NULL || room == NULL || rest_room == NULL || out->residual == NULL ||
        out->left_out == NULL) {
        return diag_machine(d, "out of memory while fitting");
    }
    for (size_t i = 0; i < n; i++) {
        out->left_out[i] = (double)NAN;
    }
    for (int slice = 0; slice < data->slice_n; slice++) {
        struct fit_score score[FIT_SHAPES_N];
        struct fit_law law;
        const struct fit_data rest = data_without(data, slice, rest_room);
        const int shape = rest.point_n >= 2 ? choose(&rest, score, error, room, d) : 0;
        if (rest.point_n >= 2 && fit_law(&rest, fit_shape_of(shape), -1, &law, d)) {
            predict(data, slice, &law, out->left_out);
        }
    }
    out->chosen = choose(data, out->shape, error, room, d);
    if (!fit_law(data, fit_shape_of(out->chosen), -1, &out->law, d)) {
        return diag_failed(d) || diag_error(d, SPAN_NONE, "too few measurements to fit a law");
    }
    predict(data, -1, &out->law, out->residual);
    out->median = fit_quantile(out->left_out, data->point_n, 0.5, room);
    out->p90 = fit_quantile(out->left_out, data->point_n, 0.9, room);
    return !diag_failed(d);
}
