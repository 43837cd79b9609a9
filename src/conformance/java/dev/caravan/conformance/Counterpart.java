package dev.caravan.conformance;

import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The simulator that an SDK is pointed at. */
final class Counterpart implements AutoCloseable {
    static final String KEY = "sk-good";
    private static final long JOB_MILLIS = 300;
    private static final int SLOW = 60;

    private final Simulator simulator;
    private final HttpClient http = HttpClient.newHttpClient();

    private Counterpart(Simulator simulator) {
        this.simulator = simulator;
    }

    static Counterpart at(Path folder) {
        return at(folder, "");
    }

    static Counterpart at(Path folder, String faults) {
        return start(folder, faults, JOB_MILLIS);
    }

    /** Its jobs are still open when a test ends, unless it forwards the clock or cancels them. */
    static Counterpart slow(Path folder, String faults) {
        return start(folder, faults, Duration.ofSeconds(SLOW).toMillis());
    }

    private static Counterpart start(Path folder, String faults, long jobMillis) {
        return new Counterpart(Simulator.start(new SimulatorSettings(
                folder.resolve("simulator"),
                7,
                0,
                "",
                jobMillis,
                1,
                SimulatorFaults.parse(faults),
                new Served(),
                Clock.systemUTC())));
    }

    String url(String provider) {
        return simulator.baseUrl(provider);
    }

    /** How many requests arrived while something was done. */
    long requests(Runnable work) {
        long before = number();
        work.run();
        return number() - before - 1;
    }

    /** How many requests arrived until something failed as it should. */
    <E extends Throwable> long requestsUntil(Class<E> failure, ThrowingCallable call) {
        return requests(() -> Assertions.assertThatExceptionOfType(failure).isThrownBy(call));
    }

    /** Every call gets the next number, this one too. */
    private long number() {
        String id = get("openai", "/simulator/health", "")
                .headers()
                .firstValue("x-request-id")
                .orElseThrow();
        return Long.parseLong(id.substring("req_simulator".length()));
    }

    HttpResponse<String> get(String provider, String path, String key) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.port(provider) + path));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void forward(Duration by) {
        Assertions.assertThat(
                        get("openai", "/simulator/clock?forward=" + by, "").statusCode())
                .isEqualTo(200);
    }

    long billed() {
        return simulator.totals().path("calls").longValue();
    }

    static <T> T the(Map<String, T> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    static ConditionFactory waiting() {
        return Awaitility.await().pollInSameThread().pollInterval(Duration.ofMillis(25));
    }

    static <T> T until(Callable<T> supplier, Predicate<T> wanted) {
        return waiting().until(supplier, wanted);
    }

    @Override
    public void close() {
        simulator.close();
    }

    /** A few models of each provider, one of each rule for temperatures. */
    private static final class Served implements SimulatorSettings.Catalogue {
        @Override
        public long picos(String model, Lane lane, Usage usage) {
            return usage.output();
        }

        @Override
        public List<SimulatorSettings.Model> models(String provider) {
            return switch (provider) {
                case "openai" ->
                    List.of(
                            model("gpt-4.1-mini", "true"),
                            model("gpt-6-sol", "only_with_reasoning_effort_none"),
                            model("gpt-6-astra", "false"));
                case "anthropic" ->
                    List.of(
                            model("claude-opus-5-5", "false"),
                            model("claude-sonnet-5-5", "false"),
                            model("claude-haiku-4-5", "only_with_anthropic_version_2023-06-01"));
                default ->
                    List.of(
                            model("gemini-3.8-flash", "true"),
                            model("gemini-2.5-pro", "true"),
                            model("gemini-2.5-flash", "true"));
            };
        }

        private static SimulatorSettings.Model model(String id, String temperature) {
            return new SimulatorSettings.Model(id, 200_000, 64_000, temperature, "active");
        }
    }
}
