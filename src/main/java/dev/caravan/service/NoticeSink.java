package dev.caravan.service;

/** Where the service tells what happens. */
@FunctionalInterface
public interface NoticeSink {
    void tell(ServiceNotice notice);

    default void tell(ServiceNotice.What what, String about, String text) {
        tell(new ServiceNotice(what, about, text));
    }
}
