/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostpath.c - G by the size of the subset: with one customer more, |A|! prod of those that
 * hold the path becomes z times itself, and u |A| times that of one customer less.
 *
 * Terms grow like n!; a power of two keeps them in range and leaves the ratio as it is. */
#include "models/hostpath.h"

#define BIG   0x1p500
#define SMALL 0x1p-500

/* One customer more; returns the sum over all sizes. */
static double add(double *term, int n, double share)
{
    double sum = 0.0;
    term[n + 1] = 0.0;
    for (int k = n + 1; k > 0; k--) {
        term[k] = (1.0 - share) * term[k] + share * k * term[k - 1];
        sum += term[k];
    }
    term[0] *= 1.0 - share;
    return sum + term[0];
}

double hostpath_stretch(double own, const double *other, int n, double *term)
{
    double sum = 1.0;
    int used = 0;
    term[0] = 1.0;
    for (int i = 0; i < n; i++) {
        if (!(other[i] > 0.0)) {
            continue;
        }
        sum = add(term, used++, other[i]);
        for (int k = 0; sum > BIG && k <= used; k++) {
            term[k] *= SMALL;
        }
        sum *= sum > BIG ? SMALL : 1.0;
    }
    double stretch = add(term, used, own) / sum;
    return stretch > 1.0 ? stretch : 1.0;
}
