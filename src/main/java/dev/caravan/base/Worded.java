package dev.caravan.base;

import java.util.Locale;

/** An enum whose names are words of ours too, in small letters: on disk, over HTTP and for people. */
public interface Worded {
    /** As an enum has it. */
    String name();

    default String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
