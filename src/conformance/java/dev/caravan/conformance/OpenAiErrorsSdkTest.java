package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileListParams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of failure, as openai-java sees it, and how often it tries. */
@Tag("conformance")
class OpenAiErrorsSdkTest {
    private static final String DEAD = "Say it. [[simulate: %s]]";

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

    private static OpenAIClient client(Pauses pauses) {
        return OpenAiClients.with(counterpart, Counterpart.KEY, 2, pauses);
    }

    private static void ask(OpenAIClient client, String prompt) {
        client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("gpt-test")
                        .addUserMessage(prompt)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "invalid,        400, BadRequestException,           invalid_request_error, '',                  1",
        "wrongKey,       401, UnauthorizedException,         invalid_request_error, invalid_api_key,     1",
        "unauthenticated, 401, UnauthorizedException,        invalid_request_error, '',                  1",
        "forbidden,      403, PermissionDeniedException,     invalid_request_error, '',                  1",
        "notFound,       404, NotFoundException,             invalid_request_error, '',                  1",
        "timeout,        408, UnexpectedStatusCodeException, invalid_request_error, '',                  3",
        "conflict,       409, UnexpectedStatusCodeException, invalid_request_error, '',                  3",
        "tooLarge,       413, UnexpectedStatusCodeException, invalid_request_error, '',                  1",
        "unprocessable,  422, UnprocessableEntityException,  invalid_request_error, '',                  1",
        "throttle,       429, RateLimitException,            requests,              rate_limit_exceeded, 3",
        "throttleBare,   429, RateLimitException,            requests,              rate_limit_exceeded, 3",
        "quota,          429, RateLimitException,            insufficient_quota,    insufficient_quota,  3",
        "error500,       500, InternalServerException,       server_error,          '',                  3",
        "error502,       502, InternalServerException,       server_error,          '',                  3",
        "error503,       503, InternalServerException,       server_error,          '',                  3",
        "error504,       504, InternalServerException,       server_error,          '',                  3",
    })
    void failures_are_typed_and_tried_again_as_their_status_says(
            String fault, int status, String exception, String type, String code, long requests) {
        OpenAIServiceException[] thrown = new OpenAIServiceException[1];

        long arrived = counterpart.requests(() -> thrown[0] = catchThrowableOfType(
                OpenAIServiceException.class, () -> ask(client(new Pauses()), DEAD.formatted(fault))));

        OpenAIServiceException failure = Objects.requireNonNull(thrown[0]);
        assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(failure.statusCode()).isEqualTo(status);
        assertThat(failure.type()).contains(type);
        assertThat(failure.code().orElse("")).isEqualTo(code);
        assertThat(failure.body().toString()).contains("message=", "type=", "param=", "code=");
        assertThat(failure.headers().values("x-request-id")).hasSize(1);
        assertThat(arrived).isEqualTo(requests);
    }

    @Test
    void a_failure_that_passes_is_got_over() {
        long arrived = counterpart.requests(() -> ask(client(new Pauses()), "Hi [[simulate: error503 times=2]]"));

        assertThat(arrived).isEqualTo(3);
    }

    @Test
    void the_wait_the_provider_names_is_kept_up_to_eight_seconds() {
        var short_ = new Pauses();
        var long_ = new Pauses();

        ask(client(short_), "Hello [[simulate: throttle times=1 retryAfter=3210]]");
        ask(client(long_), "Hello [[simulate: throttle times=1 retryAfter=60000]]");

        assertThat(short_.taken())
                .singleElement()
                .satisfies(each -> assertThat(each).isCloseTo(Duration.ofMillis(3210), Duration.ofMillis(1)));
        assertThat(long_.taken())
                .singleElement()
                .satisfies(each -> assertThat(each).isLessThanOrEqualTo(Duration.ofSeconds(8)));
    }

    @Test
    void a_throttled_call_says_what_is_left_and_until_when_to_wait() {
        var failure = Objects.requireNonNull(catchThrowableOfType(
                RateLimitException.class,
                () -> ask(client(new Pauses()), "Hello [[simulate: throttle retryAfter=1500]]")));

        assertThat(failure.headers().values("retry-after-ms")).containsExactly("1500");
        assertThat(failure.headers().values("retry-after")).containsExactly("2");
        assertThat(failure.headers().names())
                .contains(
                        "x-ratelimit-limit-requests",
                        "x-ratelimit-remaining-requests",
                        "x-ratelimit-reset-requests",
                        "x-ratelimit-limit-tokens",
                        "x-ratelimit-remaining-tokens",
                        "x-ratelimit-reset-tokens");
    }

    @Test
    void calls_for_files_are_throttled_alike() {
        var pauses = new Pauses();
        var params = FileListParams.builder()
                .putAdditionalHeader("X-Simulate", "throttle times=1 retryAfter=2100")
                .build();

        long arrived = counterpart.requests(() -> client(pauses).files().list(params));

        assertThat(arrived).isEqualTo(2);
        assertThat(pauses.taken())
                .singleElement()
                .satisfies(each -> assertThat(each).isCloseTo(Duration.ofMillis(2100), Duration.ofMillis(1)));
    }

    @Test
    void a_page_instead_of_json_leaves_all_but_the_status_empty() {
        var failure = Objects.requireNonNull(catchThrowableOfType(
                OpenAIServiceException.class, () -> ask(client(new Pauses()), DEAD.formatted("html"))));

        assertThat(failure.statusCode()).isEqualTo(502);
        assertThat(failure.code()).isEmpty();
        assertThat(failure.type()).isEmpty();
    }

    @Test
    void a_broken_connection_is_tried_again_and_billed_again() {
        long billed = counterpart.billed();

        long arrived = counterpart.requestsUntil(
                OpenAIIoException.class, () -> ask(client(new Pauses()), DEAD.formatted("reset")));

        assertThat(arrived).isEqualTo(3);
        assertThat(counterpart.billed() - billed).isEqualTo(3);
    }

    @Test
    void silence_ends_with_the_callers_patience() {
        OpenAIClient impatient = OpenAIOkHttpClient.builder()
                .baseUrl(counterpart.url("openai"))
                .apiKey(Counterpart.KEY)
                .maxRetries(0)
                .timeout(Duration.ofMillis(300))
                .build();

        assertThat(counterpart.requestsUntil(OpenAIIoException.class, () -> ask(impatient, DEAD.formatted("silence"))))
                .isEqualTo(1);
    }

    @Test
    void a_wrong_key_and_none_are_told_apart_by_their_code() {
        var wrong = refusal("sk-wrong-key");
        int without = counterpart.get("openai", "/v1/models", "").statusCode();

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.code()).contains("invalid_api_key");
        assertThat(without).isEqualTo(401);
        assertThat(counterpart.get("openai", "/v1/models", "").body()).contains("\"code\":null");
    }

    private static OpenAIServiceException refusal(String key) {
        return Objects.requireNonNull(catchThrowableOfType(
                OpenAIServiceException.class,
                () -> OpenAiClients.with(counterpart, key, 2, new Pauses())
                        .batches()
                        .list()));
    }

    @Test
    void an_unknown_model_is_not_found() {
        var failure = Objects.requireNonNull(catchThrowableOfType(
                OpenAIServiceException.class,
                () -> client(new Pauses())
                        .chat()
                        .completions()
                        .create(OpenAiClients.hello().model("no-such-model").build())));

        assertThat(failure.statusCode()).isEqualTo(404);
        assertThat(failure.code()).contains("model_not_found");
    }

    @Test
    void limits_a_minute_are_kept(@TempDir Path own) {
        try (var limited = Counterpart.at(own, "rpm=60")) {
            OpenAIClient client = OpenAiClients.with(limited, Counterpart.KEY, 0, new Pauses());

            ask(client, "One.");

            OpenAIException second =
                    Objects.requireNonNull(catchThrowableOfType(OpenAIException.class, () -> ask(client, "Two.")));
            assertThat(second)
                    .isInstanceOfSatisfying(
                            RateLimitException.class,
                            e -> assertThat(Integer.parseInt(
                                            e.headers().values("retry-after-ms").get(0)))
                                    .isBetween(1, 1000));
        }
    }
}
