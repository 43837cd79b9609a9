package dev.caravan.service;

/** Where the service tells what happens. */
@FunctionalInterface
public interface Notices {
    void tell(Notice notice);

    default void tell(Notice.What what, String about, String text) {
        tell(new Notice(what, about, text));
    }
}
