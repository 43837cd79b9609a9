package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.models.messages.batches.BatchListParams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of failure, as anthropic-java sees it, and how often it tries. */
@Tag("conformance")
class AnthropicErrorsSdkTest {
    @TempDir
    static Path folder;

    private static Counterpart counterpart;

    @BeforeAll
    static void start() {
        counterpart = Counterpart.at(folder);
    }

    @AfterAll
    static void stop() {
        counterpart.close();
    }

    private static AnthropicClient client(Pauses pauses) {
        return AnthropicClients.with(counterpart, 2, pauses)
                .apiKey(Counterpart.KEY)
                .build();
    }

    private static void ask(AnthropicClient client, String fault) {
        client.messages()
                .create(AnthropicClients.asking("Say it. [[simulate: " + fault + "]]")
                        .build());
    }

    private static AnthropicServiceException failure(String fault) {
        return Objects.requireNonNull(
                catchThrowableOfType(AnthropicServiceException.class, () -> ask(client(new Pauses()), fault)));
    }

    @ParameterizedTest
    @CsvSource({
        "invalid,         400, BadRequestException,          invalid_request_error, 1",
        "wrongKey,        401, UnauthorizedException,        authentication_error,  1",
        "unauthenticated, 401, UnauthorizedException,        authentication_error,  1",
        "billing,         402, PaymentRequiredException,     billing_error,         1",
        "forbidden,       403, PermissionDeniedException,    permission_error,      1",
        "notFound,        404, NotFoundException,            not_found_error,       1",
        "timeout,         408, RequestTimeoutException,      timeout_error,         3",
        "conflict,        409, ConflictException,            conflict_error,        3",
        "tooLarge,        413, ContentTooLargeException,     request_too_large,     1",
        "unprocessable,   422, UnprocessableEntityException, invalid_request_error, 1",
        "throttle,        429, RateLimitException,           rate_limit_error,      3",
        "throttleBare,    429, RateLimitException,           rate_limit_error,      3",
        "error500,        500, InternalServerException,      api_error,             3",
        "error502,        502, InternalServerException,      api_error,             3",
        "error503,        503, ServiceUnavailableException,  api_error,             3",
        "error504,        504, GatewayTimeoutException,      timeout_error,         3",
        "overloaded,      529, OverloadedException,          overloaded_error,      3",
    })
    void failures_are_typed_and_tried_again_as_their_status_says(
            String fault, int status, String exception, String type, long requests) {
        AnthropicServiceException[] thrown = new AnthropicServiceException[1];

        long arrived = counterpart.requests(() -> thrown[0] = failure(fault));

        AnthropicServiceException failure = Objects.requireNonNull(thrown[0]);
        assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(failure.statusCode()).isEqualTo(status);
        assertThat(failure.type().orElseThrow().asString()).isEqualTo(type);
        assertThat(failure.apiMessage().orElseThrow()).isNotBlank();
        assertThat(failure.requestId()).isPresent();
        assertThat(failure.body().toString())
                .contains("request_id=" + failure.requestId().orElseThrow());
        assertThat(arrived).isEqualTo(requests);
    }

    @Test
    void a_failure_that_passes_is_got_over() {
        assertThat(counterpart.requests(() -> ask(client(new Pauses()), "overloaded times=2")))
                .isEqualTo(3);
    }

    @Test
    void the_wait_the_provider_names_is_kept_in_full() {
        var pauses = new Pauses();

        ask(client(pauses), "throttle times=1 retryAfter=61000");

        assertThat(pauses.taken())
                .singleElement()
                .satisfies(each -> assertThat(each).isCloseTo(Duration.ofSeconds(61), Duration.ofMillis(1)));
    }

    @Test
    void a_throttled_call_says_what_is_left_and_when_more_is() {
        AnthropicServiceException failure = failure("throttle retryAfter=1500");

        assertThat(failure.headers().values("retry-after")).containsExactly("2");
        for (String each : new String[] {"requests", "tokens", "input-tokens", "output-tokens"}) {
            assertThat(failure.headers().values("anthropic-ratelimit-" + each + "-limit"))
                    .hasSize(1);
            assertThat(failure.headers().values("anthropic-ratelimit-" + each + "-remaining"))
                    .hasSize(1);
            assertThat(failure.headers().values("anthropic-ratelimit-" + each + "-reset"))
                    .singleElement()
                    .satisfies(time -> assertThat(Instant.parse(time)).isNotNull());
        }
    }

    @Test
    void a_spend_cap_names_no_time_to_wait() {
        AnthropicServiceException failure = failure("throttleBare");

        assertThat(failure.headers().values("retry-after")).isEmpty();
    }

    @Test
    void calls_for_batches_are_throttled_alike() {
        var pauses = new Pauses();
        var params = BatchListParams.builder()
                .putAdditionalHeader("X-Simulate", "throttle times=1 retryAfter=9000")
                .build();

        long arrived =
                counterpart.requests(() -> client(pauses).messages().batches().list(params));

        assertThat(arrived).isEqualTo(2);
        assertThat(pauses.taken())
                .singleElement()
                .satisfies(each -> assertThat(each).isCloseTo(Duration.ofSeconds(9), Duration.ofMillis(1)));
    }

    @Test
    void a_page_instead_of_json_is_handed_on_as_it_is() {
        AnthropicServiceException failure = failure("html");

        assertThat(failure.statusCode()).isEqualTo(502);
        assertThat(failure.type()).isEmpty();
        assertThat(failure.body().toString()).startsWith("<html>");
    }

    @Test
    void a_broken_connection_is_tried_again_and_billed_again() {
        long billed = counterpart.billed();

        long arrived = counterpart.requestsUntil(AnthropicIoException.class, () -> ask(client(new Pauses()), "reset"));

        assertThat(arrived).isEqualTo(3);
        assertThat(counterpart.billed() - billed).isEqualTo(3);
    }

    @Test
    void a_conflict_may_say_that_repeating_is_no_use(@TempDir Path own) {
        try (var stern = Counterpart.at(own, "shouldRetry=1")) {
            AnthropicClient client = AnthropicClients.with(stern, 2, new Pauses())
                    .apiKey(Counterpart.KEY)
                    .build();

            assertThat(stern.requestsUntil(AnthropicServiceException.class, () -> ask(client, "conflict")))
                    .isEqualTo(1);
        }
    }

    @Test
    void an_unknown_model_is_not_found() {
        var failure = Objects.requireNonNull(catchThrowableOfType(
                AnthropicServiceException.class,
                () -> client(new Pauses())
                        .messages()
                        .create(AnthropicClients.asking("Hi.")
                                .model("no-such-model")
                                .build())));

        assertThat(failure.statusCode()).isEqualTo(404);
        assertThat(failure.apiMessage()).contains("model: no-such-model");
    }

    @Test
    void limits_a_minute_are_kept(@TempDir Path own) {
        try (var limited = Counterpart.at(own, "tpm=600")) {
            AnthropicClient client = AnthropicClients.with(limited, 0, new Pauses())
                    .apiKey(Counterpart.KEY)
                    .build();

            ask(client, "cached");

            assertThat(limited.requestsUntil(RateLimitException.class, () -> ask(client, "cached")))
                    .isEqualTo(1);
        }
    }
}
