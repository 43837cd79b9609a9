package dev.caravan.run;

import java.util.Set;

/**
 * Where something stands that has a life of its own, and what may come next. {@code docs/states.md} is drawn from it.
 *
 * @param <S> the stages
 */
interface Stage<S extends Enum<S> & Stage<S>> {
    /** What it may become by one event; itself only where an event may say the same once more. */
    Set<S> successors();

    default boolean canBecome(S next) {
        return successors().contains(next);
    }
}
