package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.ListBatchJobsConfig;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of failure, as google-genai sees it, and how often it tries. */
@Tag("conformance")
class GeminiErrorsSdkTest {
    @TempDir
    static Path folder;

    private static Counterpart counterpart;
    private static Client client;

    @BeforeAll
    static void start() {
        counterpart = Counterpart.at(folder);
        client = GeminiClients.with(counterpart, "AIza-good", 3);
    }

    @AfterAll
    static void stop() {
        client.close();
        counterpart.close();
    }

    private static void ask(Client client, String fault) {
        client.models.generateContent(GeminiClients.MODEL, "Say it. [[simulate: " + fault + "]]", null);
    }

    private static ApiException failure(String fault) {
        return Objects.requireNonNull(catchThrowableOfType(ApiException.class, () -> ask(client, fault)));
    }

    @ParameterizedTest
    @CsvSource({
        "invalid,         400, ClientException, INVALID_ARGUMENT,    1",
        "wrongKey,        400, ClientException, INVALID_ARGUMENT,    1",
        "billing,         400, ClientException, FAILED_PRECONDITION, 1",
        "unauthenticated, 401, ClientException, UNAUTHENTICATED,     1",
        "forbidden,       403, ClientException, PERMISSION_DENIED,   1",
        "notFound,        404, ClientException, NOT_FOUND,           1",
        // OkHttp repeats a 408 once by itself, under each of the three.
        "timeout,         408, ClientException, DEADLINE_EXCEEDED,   6",
        "throttle,        429, ClientException, RESOURCE_EXHAUSTED,  3",
        "quota,           429, ClientException, RESOURCE_EXHAUSTED,  3",
        "canceled,        499, ClientException, CANCELLED,           1",
        "error500,        500, ServerException, INTERNAL,            3",
        "error502,        502, ServerException, UNAVAILABLE,         3",
        "error503,        503, ServerException, UNAVAILABLE,         3",
        "overloaded,      503, ServerException, UNAVAILABLE,         3",
        "error504,        504, ServerException, DEADLINE_EXCEEDED,   3",
    })
    void failures_are_typed_and_tried_again_as_their_status_says(
            String fault, int code, String exception, String status, long requests) {
        ApiException[] thrown = new ApiException[1];

        long arrived = counterpart.requests(() -> thrown[0] = failure(fault));

        ApiException failure = Objects.requireNonNull(thrown[0]);
        assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.message()).isNotBlank();
        assertThat(arrived).isEqualTo(requests);
    }

    @Test
    void a_failure_that_passes_is_got_over() {
        assertThat(counterpart.requests(() -> ask(client, "error503 times=2"))).isEqualTo(3);
    }

    @Test
    void details_say_how_long_to_wait_and_which_quota_is_spent() {
        assertThat(failure("throttle retryAfter=34000").message())
                .contains("google.rpc.RetryInfo")
                .contains("34")
                .contains("PerMinute");
        assertThat(failure("quota").message())
                .contains("google.rpc.QuotaFailure")
                .contains("PerDay");
        assertThat(failure("throttleBare").message()).doesNotContain("google.rpc.RetryInfo");
    }

    @Test
    void a_bad_key_is_an_invalid_argument_and_none_is_not_permitted() {
        try (Client stranger = GeminiClients.with(counterpart, "AIzaWrongKey", 3)) {
            var failure = Objects.requireNonNull(
                    catchThrowableOfType(ClientException.class, () -> stranger.batches.get("batches/x", null)));

            assertThat(failure.code()).isEqualTo(400);
            assertThat(failure.status()).isEqualTo("INVALID_ARGUMENT");
            assertThat(failure.message())
                    .startsWith("API key not valid. Please pass a valid API key.")
                    .contains("API_KEY_INVALID");
        }
        HttpResponse<String> without = counterpart.get("gemini", "/v1beta/models", "");
        assertThat(without.statusCode()).isEqualTo(403);
        assertThat(without.body()).contains("PERMISSION_DENIED");
        assertThat(counterpart.get("gemini", "/v1beta/models?key=AIza-good", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void calls_for_batches_fail_alike_and_name_no_header() {
        var config = ListBatchJobsConfig.builder()
                .httpOptions(GeminiClients.simulating("throttle times=2 retryAfter=1000"))
                .build();

        assertThat(counterpart.requests(() -> client.batches.list(config))).isEqualTo(3);
    }

    @Test
    void a_page_instead_of_json_leaves_the_status_to_http() {
        ApiException failure = failure("html");

        assertThat(failure.code()).isEqualTo(502);
        assertThat(failure.status()).isEqualTo("Bad Gateway");
    }

    @Test
    void a_broken_connection_is_tried_again_and_billed_again() {
        long billed = counterpart.billed();

        long arrived = counterpart.requestsUntil(GenAiIOException.class, () -> ask(client, "reset"));

        assertThat(arrived).isEqualTo(3);
        assertThat(counterpart.billed() - billed).isEqualTo(3);
    }

    @Test
    void silence_ends_with_the_callers_patience() {
        var config = GenerateContentConfig.builder()
                .httpOptions(HttpOptions.builder().timeout(200).build())
                .build();

        // The patience covers all tries together.
        long arrived = counterpart.requestsUntil(
                GenAiIOException.class,
                () -> client.models.generateContent(GeminiClients.MODEL, "Say it. [[simulate: silence]]", config));

        assertThat(arrived).isEqualTo(1);
    }

    @Test
    void an_unknown_model_is_not_found() {
        var failure = Objects.requireNonNull(catchThrowableOfType(
                ClientException.class, () -> client.models.generateContent("no-such-model", "Hi.", null)));

        assertThat(failure.code()).isEqualTo(404);
        assertThat(failure.message()).contains("models/no-such-model is not found for API version v1beta");
    }

    @Test
    void limits_a_minute_are_kept(@TempDir Path own) {
        try (var limited = Counterpart.at(own, "rpm=60");
                Client once = GeminiClients.of(limited)) {
            ask(once, "cached");

            var failure =
                    Objects.requireNonNull(catchThrowableOfType(ClientException.class, () -> ask(once, "cached")));

            assertThat(failure.status()).isEqualTo("RESOURCE_EXHAUSTED");
            assertThat(failure.message()).contains("google.rpc.RetryInfo");
        }
    }
}
