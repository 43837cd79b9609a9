package dev.caravan.web;

/**
 * Events for one reader, who asks for more when he has taken the last ones: so a slow one is never ahead of what is
 * kept, and nothing is kept for him. Asked by one thread at a time.
 */
public interface EventFeed {
    /** What came since the last call, as server-sent events are written; empty when nothing did. */
    String next();

    /** One event; line breaks of the data are none in JSON. */
    static String event(String id, String type, String data) {
        return (id.isEmpty() ? "" : "id: " + id + "\n") + "event: " + type + "\ndata: " + data + "\n\n";
    }
}
