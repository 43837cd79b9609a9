import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The other side of {@code pressure.sh}, run as a source file.
 *
 * <p>{@code watch URL CALLS PER_MINUTE}: looks at the simulator's bill until so many calls are on it; prints which share of
 * the limit was used between the first tenth and the last, and how many requests were turned away.
 *
 * <p>{@code backoff URL WIRE CALLS THREADS}: asks so many times as plain clients do: each thread repeats what was turned
 * away after one second, doubled each time up to a minute, with as much again by chance.
 */
public final class Load {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        if (args[0].equals("watch")) {
            watch(args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        } else {
            backoff(args[1], args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        }
    }

    private static long field(String bill, String name) {
        var matcher = Pattern.compile('"' + name + "\" ?: ?([0-9]+)").matcher(bill.substring(bill.lastIndexOf("\"totals\"")));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static void watch(String url, int calls, int perMinute) throws Exception {
        long firstAt = 0;
        long first = 0;
        while (true) {
            String bill = CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()).body();
            long now = System.nanoTime();
            long seen = field(bill, "calls");
            if (firstAt == 0 && seen >= calls / 10) {
                firstAt = now;
                first = seen;
            }
            if (seen >= calls * 9L / 10) {
                double minutes = (now - firstAt) / 60e9;
                System.out.printf("%.1f %% of the limit used, %d turned away of %d%n", 100 * (seen - first) / (minutes * perMinute), field(bill, "throttled"), seen);
                return;
            }
            Thread.sleep(200);
        }
    }

    private static void backoff(String url, String wire, int calls, int threads) throws InterruptedException {
        var left = new AtomicInteger(calls);
        var done = new CountDownLatch(threads);
        var pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            pool.execute(() -> {
                for (int n = left.decrementAndGet(); n >= 0; n = left.decrementAndGet()) {
                    long pause = 1000;
                    while (!asked(url, wire, n)) {
                        sleep(pause + ThreadLocalRandom.current().nextLong(pause));
                        pause = Math.min(60_000, pause * 2);
                    }
                }
                done.countDown();
            });
        }
        done.await();
        pool.shutdown();
    }

    private static boolean asked(String url, String wire, int n) {
        String what = ProcessHandle.current().pid() + "-" + n;
        String body = wire.equals("gemini")
                ? "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"What is said of " + what + "?\"}]}]}"
                : "{\"model\":\"gpt-4o-mini\",\"max_tokens\":60,\"messages\":[{\"role\":\"user\",\"content\":\"What is said of " + what + "?\"}]}";
        var request = HttpRequest.newBuilder(URI.create(url + (wire.equals("gemini") ? "/v1beta/models/gemini-3.5-flash:generateContent" : "/chat/completions")))
                .header("Content-Type", "application/json")
                .header(wire.equals("gemini") ? "x-goog-api-key" : "Authorization", (wire.equals("gemini") ? "" : "Bearer ") + System.getenv("KEY"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            int status = CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            if (status != 200 && status != 429) {
                throw new IllegalStateException("HTTP " + status);
            }
            return status == 200;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
