package dev.caravan.web;

import dev.caravan.base.Backoff;
import dev.caravan.base.Disk;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServiceNotice;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Brings messages to one receiver, one at a time, on a thread of its own: one that hangs is in nobody else's way. */
final class WebhookDelivery implements AutoCloseable {
    private static final int MOST_WAITING = 10_000;
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);
    private static final Backoff BACKOFF = new Backoff(20);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Duration longestCall = Duration.ofMillis(Long.getLong("caravan.webhook-timeout", 10_000));
    private final URI receiver;
    private final String name;
    private final String secret;
    private final WebhookOutbox outbox;
    private final Clock clock;
    private final NoticeSink trouble;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(longestCall)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Queue<WebhookOutbox.Message> waiting =
            new PriorityQueue<>(Comparator.comparing(WebhookOutbox.Message::next));
    private final Thread thread;
    private boolean failing;
    private boolean closed;

    WebhookDelivery(
            URI receiver,
            String secret,
            WebhookOutbox outbox,
            Clock clock,
            NoticeSink trouble,
            Collection<WebhookOutbox.Message> left) {
        this.receiver = receiver;
        this.name = WebhookSettings.name(receiver);
        this.secret = secret;
        this.outbox = outbox;
        this.clock = clock;
        this.trouble = trouble;
        waiting.addAll(left);
        thread = new Thread(this::work, "webhook-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    String name() {
        return name;
    }

    synchronized void add(WebhookOutbox.Message message) {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(message);
            notifyAll();
        } else {
            giveUp(message, MOST_WAITING + " others wait already");
        }
    }

    private void work() {
        try {
            while (true) {
                try {
                    attempt(next());
                } catch (UncheckedIOException e) {
                    tell("the disk refused: " + Disk.reason(e));
                    TimeUnit.SECONDS.sleep(1);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a message is due. */
    private synchronized WebhookOutbox.Message next() throws InterruptedException {
        while (true) {
            if (closed) {
                throw new InterruptedException();
            }
            WebhookOutbox.Message first = waiting.peek();
            long millis = first == null
                    ? 60_000
                    : Duration.between(clock.instant(), first.next()).toMillis();
            if (first != null && millis <= 0) {
                return waiting.remove();
            }
            wait(Math.min(Math.max(1, millis), 60_000));
        }
    }

    private void attempt(WebhookOutbox.Message message) throws InterruptedException {
        String wrong = post(message);
        if (wrong.isEmpty()) {
            outbox.remove(message);
            failing = false;
            return;
        }
        Instant now = clock.instant();
        if (message.made().plus(GIVEN_UP_AFTER).isBefore(now)) {
            giveUp(message, wrong);
            return;
        }
        WebhookOutbox.Message later = message.again(now.plus(pause(message.tries())));
        synchronized (this) {
            waiting.add(later);
        }
        if (!failing) {
            failing = true;
            tell("does not take its messages (" + wrong + "); they are tried again for a day");
        }
        outbox.keep(later);
    }

    /** @return what is wrong, without the address; empty when it was taken */
    private String post(WebhookOutbox.Message message) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(receiver)
                .timeout(longestCall)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Caravan")
                .header("Caravan-Event", message.event())
                .header("Caravan-Event-Id", message.id())
                .header(WebhookSignature.HEADER, WebhookSignature.of(secret, clock.instant(), message.body()))
                .POST(HttpRequest.BodyPublishers.ofString(message.body()))
                .build();
        // The request's own time ends with the headers of the answer; a body without end would hold this thread.
        var answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            int status =
                    answer.get(longestCall.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return status >= 200 && status < 300 ? "" : "it answers " + status;
        } catch (TimeoutException e) {
            return "it does not answer within " + longestCall.toSeconds() + " s";
        } catch (ExecutionException e) {
            return e.getCause() instanceof HttpTimeoutException
                    ? "it does not answer within " + longestCall.toSeconds() + " s"
                    : e.getCause() instanceof ConnectException ? "it is not reached" : "the connection broke";
        } finally {
            answer.cancel(true);
        }
    }

    /** Twice as long each time, and never the same for two. */
    private static Duration pause(int tries) {
        long millis = Math.min(LONGEST_PAUSE.toMillis(), BACKOFF.pause(FIRST_PAUSE.toMillis(), tries));
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    private void giveUp(WebhookOutbox.Message message, String why) {
        outbox.remove(message);
        tell("was not told of " + message.event() + " " + message.id() + ", which is given up: " + why);
    }

    private void tell(String text) {
        trouble.tell(ServiceNotice.What.TROUBLE, "webhook " + name, text);
    }

    @Override
    public synchronized void close() {
        closed = true;
        thread.interrupt();
    }
}
