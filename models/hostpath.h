/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostpath.h - how much longer work takes where several VMs use one path between host and GPU.
 *
 * Work that alone holds the path (PCIe, copies by the CPU) for a share u of its time, and is by
 * itself for the rest z = 1 - u, is a customer of a closed network of two stations: its own,
 * where it never waits, and the path, which all share equally. With one customer of each kind
 * the network has a product form, whatever the laws of the times:
 *
 *   G(S) = sum over the subsets A of S of |A|! prod (u in A) prod (z not in A)
 *   time of i in the company of the others, over its time alone = G(all) / G(all but i)
 *
 * so 1 + u v for two, and n for n that are on the path only. Source: Baskett, Chandy, Muntz,
 * Palacios 1975 (BCMP), JACM 22(2). docs/model.md, A36. */
#ifndef MODELS_HOSTPATH_H
#define MODELS_HOSTPATH_H

/* Time of work with share `own`, 0 .. 1, beside `n` others with share other[] each, over its
 * time alone; >= 1.
 *   term  [n + 2] room for the sum by the size of A
 * O(n^2), of which those with share 0 take nothing. */
double hostpath_stretch(double own, const double *other, int n, double *term);

#endif
