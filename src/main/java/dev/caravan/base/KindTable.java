package dev.caravan.base;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What is done with a thing of each kind: one row a class. The row of the nearest class above counts where its own has
 * none.
 *
 * @param <T> what all kinds are
 * @param <R> what comes of it
 */
public final class KindTable<T, R> {
    private final Map<Class<?>, Function<? super T, ? extends R>> rows = new HashMap<>();

    public <K extends T> KindTable<T, R> on(Class<K> kind, Function<? super K, ? extends R> row) {
        if (rows.put(kind, each -> row.apply(kind.cast(each))) != null) {
            throw new IllegalStateException("two rows for " + kind);
        }
        return this;
    }

    /** What comes of a thing by its kind's row, or else by the other one. */
    public R apply(T thing, Function<? super T, ? extends R> otherwise) {
        for (Class<?> kind = thing.getClass(); kind != null; kind = kind.getSuperclass()) {
            Function<? super T, ? extends R> row = rows.get(kind);
            if (row != null) {
                return row.apply(thing);
            }
        }
        return otherwise.apply(thing);
    }
}
