/** What a run will cost, said before it is made: from an earlier run where there is one, else from prompts rendered over a sample. */
@NullMarked
package dev.caravan.estimate;

import org.jspecify.annotations.NullMarked;
