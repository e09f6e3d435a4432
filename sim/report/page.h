/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h - a saved result as one HTML file that needs nothing else: no script, no style, no
 * picture from elsewhere.
 *
 * Text of the result is escaped wherever it stands. Pictures are SVG documents that gnuplot has
 * drawn from page_script; they are put into the page, their black made the colour of the text
 * so that they follow a dark page, and their ids made unlike. */
#ifndef SIM_REPORT_PAGE_H
#define SIM_REPORT_PAGE_H

#include "sim/base/text.h"
#include "sim/report/stored.h"

/* The script for every picture of the page, in one run of gnuplot. Empty where there is nothing
 * to draw. */
void page_script(const struct stored *s, struct text *script);

/* `pictures`: what gnuplot made of the script, or NULL: a word stands in their place. False
 * where it does not hold as many pictures as were asked for; the page then has none. */
bool page_write(const struct stored *s, const struct text *pictures, struct text *out);

#endif
