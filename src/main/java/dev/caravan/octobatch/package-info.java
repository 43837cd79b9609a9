/**
 * Brings pipelines of Octobatch over: its config, its Python expressions and its Jinja2 templates are parsed and written
 * again in our words. Nothing of a stranger's is ever evaluated.
 */
@NullMarked
package dev.caravan.octobatch;

import org.jspecify.annotations.NullMarked;
