/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_stored.h - the layout's part in pictures of a saved result. */
#ifndef SIM_REPORT_PLOT_STORED_H
#define SIM_REPORT_PLOT_STORED_H

#include "sim/report/plot.h"

/* Panels: modes whose placement differs from that of every earlier one. */
int plot_layout_panels(const struct stored *s);
void plot_layout_caption(const struct stored *s, int ix, struct text *out);
void plot_layout_panel(struct plot *p, const struct stored *s, int ix);

/* Rows of the panel with most of them. */
int plot_layout_rows(const struct stored *s);

/* Legend: entries, characters of the widest, and the entries themselves. */
int plot_layout_tenants(const struct stored *s);
int plot_layout_width(const struct stored *s);
void plot_layout_legend(struct plot *p, const struct stored *s);

#endif
