package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import dev.caravan.run.RunFolder;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServiceNotice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells others what happens to runs. A message is on disk before it is sent and until it was taken, so it arrives at
 * least once however often the process dies; its id is the same each time. What a run was told of last is remembered, so
 * that a service that was killed between the run's end and the message makes up for it.
 */
public final class WebhookFeed implements NoticeSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookFeed.class);
    private static final int MOST_REMEMBERED = 2000;
    private static final Map<ServiceNotice.What, String> EVENTS = Map.of(
            ServiceNotice.What.COMPLETE, "run.done",
            ServiceNotice.What.FAILED, "run.failed",
            ServiceNotice.What.KILLED, "run.killed",
            ServiceNotice.What.PAUSED, "run.paused",
            ServiceNotice.What.WAITING, "run.approval_wanted",
            ServiceNotice.What.EXPIRING, "run.results_expiring");

    private final Path runs;
    private final Path memory;
    private final Disk disk;
    private final Clock clock;
    private final WebhookOutbox outbox;
    private final List<WebhookDelivery> deliveries = new ArrayList<>();
    private final TreeMap<String, String> last = new TreeMap<>();

    /**
     * @param runs the folder of runs
     * @param memory of the service
     * @param trouble where it tells that a receiver does not take its messages
     */
    public WebhookFeed(WebhookSettings settings, Path runs, Path memory, Disk disk, Clock clock, NoticeSink trouble) {
        this.runs = runs;
        this.memory = memory.resolve("webhooks.json");
        this.disk = disk;
        this.clock = clock;
        outbox = new WebhookOutbox(memory.resolve("webhooks"), disk);
        recall();
        List<WebhookOutbox.Message> left = outbox.all();
        for (URI each : settings.receivers()) {
            String name = WebhookSettings.name(each);
            deliveries.add(new WebhookDelivery(
                    each,
                    settings.secret(),
                    outbox,
                    clock,
                    trouble,
                    left.stream()
                            .filter(message -> message.receiver().equals(name))
                            .toList()));
        }
        left.stream()
                .filter(message -> settings.receivers().stream()
                        .noneMatch(each -> WebhookSettings.name(each).equals(message.receiver())))
                .forEach(outbox::remove);
    }

    private void recall() {
        try {
            if (Files.exists(memory)) {
                Json.mapper()
                        .readTree(Files.readAllBytes(memory))
                        .properties()
                        .forEach(each -> last.put(each.getKey(), each.getValue().asText()));
            }
        } catch (IOException e) {
            log.warn("{} cannot be read; some messages may be sent again", memory, e);
        }
    }

    @Override
    public void tell(ServiceNotice notice) {
        String event = EVENTS.get(notice.what());
        if (event != null && !notice.about().isEmpty()) {
            send(event, notice.about(), notice.text());
        }
    }

    /** A run as the service found it when it began: what nobody was told of yet is told now. */
    public void found(ServiceNotice notice) {
        String event = EVENTS.get(notice.what());
        if (event != null && !event.equals(lastOf(notice.about()))) {
            send(event, notice.about(), notice.text());
        }
    }

    private synchronized String lastOf(String run) {
        return last.getOrDefault(run, "");
    }

    private synchronized void send(String event, String run, String text) {
        if (event.equals("run.approval_wanted") && event.equals(lastOf(run))) {
            return;
        }
        if (deliveries.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        String id = id(event, run);
        ObjectNode body = Json.object().put("id", id).put("event", event).put("time", now.toString());
        body.put("run", run).put("text", text).put("url", "/api/runs/" + run);
        try {
            for (WebhookDelivery each : deliveries) {
                var message = new WebhookOutbox.Message(id, each.name(), event, Json.text(body), now, 0, now);
                outbox.keep(message);
                each.add(message);
            }
            remember(run, event);
        } catch (UncheckedIOException e) {
            // The run must go on; the journal still knows what happened, and a restart makes up for it.
            log.warn("a message about {} could not be kept: {}", run, Disk.reason(e));
        }
    }

    private void remember(String run, String event) {
        last.put(run, event);
        if (last.size() > MOST_REMEMBERED) {
            last.keySet().removeIf(each -> !Files.exists(new RunFolder(runs.resolve(each)).journal()));
        }
        ObjectNode node = Json.object();
        last.forEach(node::put);
        disk.replace(memory, Json.text(node).getBytes(StandardCharsets.UTF_8));
    }

    /** The same for what happened at the same point of a run's journal. */
    private String id(String event, String run) {
        Path journal = new RunFolder(runs.resolve(run)).journal();
        long size = Optional.of(journal)
                .filter(Files::exists)
                .map(WebhookFeed::size)
                .orElse(0L);
        return "evt_" + Sha256.hex(event + "\n" + run + "\n" + size).substring(0, 32);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        deliveries.forEach(WebhookDelivery::close);
    }
}
