package dev.caravan.app;

import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.Service;
import dev.caravan.service.ServiceNotice;
import dev.caravan.web.NoticeLog;
import dev.caravan.web.WebhookFeed;
import dev.caravan.web.WebhookSettings;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A service at work in an engine, from its first look to its last word. Its lease is the caller's. */
final class ServiceSession implements AutoCloseable {
    private final Engine engine;
    private final ServeSettings settings;
    private final NoticeSink notices;
    private final NoticeLog log;
    private final WebhookFeed webhooks;
    private final Service service;

    /**
     * @param receivers who else is told over HTTP
     * @param screen what a person looks at
     * @param command that runs note as what went on with them
     */
    ServiceSession(
            Engine engine, ServeSettings settings, WebhookSettings receivers, NoticeSink screen, String command) {
        this.engine = engine;
        this.settings = settings;
        log = new NoticeLog(engine.clock());
        webhooks = engine.webhooks(settings, receivers, screen);
        notices = notice -> {
            screen.tell(notice);
            log.tell(notice);
            webhooks.tell(notice);
        };
        service = engine.service(settings, new EngineLauncher(engine, command), notices);
    }

    /**
     * Looks at what is there, says that it is ready, and lets the clock of the routes go on with it.
     *
     * @param url where it answers over HTTP, or empty
     */
    void begin(String url) {
        service.begin(url, webhooks::found);
        engine.rest();
        engine.observation().begin(settings);
        engine.serviceDesk().attach(service);
        engine.apiDesk().attach(engine.api(service, log));
    }

    /**
     * Ends in order.
     *
     * @param graceMillis how long calls in flight are awaited
     * @param otherwise what a person may do who will not wait that long, or empty
     * @param hurry whether somebody will not
     */
    void stop(long graceMillis, String otherwise, BooleanSupplier hurry) {
        notices.tell(
                ServiceNotice.What.STOPPING,
                "",
                "nothing new is sent; calls in flight are awaited up to " + TimeUnit.MILLISECONDS.toSeconds(graceMillis)
                        + " s" + otherwise);
        engine.apiDesk().attach(null);
        engine.serviceDesk().attach(null);
        service.stop(graceMillis, hurry);
        notices.tell(ServiceNotice.What.STOPPED, "", "runs go on when the service starts again");
    }

    @Override
    public void close() {
        webhooks.close();
    }
}
