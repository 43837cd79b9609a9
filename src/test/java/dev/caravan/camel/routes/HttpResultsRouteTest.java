package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.journal.JsonLines;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/http/results.camel.yaml", RouteTestSupport.NO_SERVICE
        },
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class HttpResultsRouteTest extends ProviderRouteTestSupport {
    @BeforeEach
    void make() throws Exception {
        template("provider-collect", "acme", "collect", Map.of());
        template("provider-download", "acme", "download", Map.of());
        template("provider-discard", "acme", "discard", Map.of());
    }

    private static InputStream rows(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private Exchange collect(Path folder) {
        return ask(
                "collect",
                "openai",
                ended(List.of("out", "errors"), List.of()),
                exchange -> ExchangeKeys.JOB_FOLDER.set(exchange, folder));
    }

    @Test
    void every_file_of_results_is_streamed_to_the_folder_of_its_job(@TempDir Path folder) throws Exception {
        says(rows("one\n"), rows("two\n"));

        assertThat(answer(collect(folder)))
                .isEqualTo(
                        new JobAnswer.Collected(List.of(folder.resolve("out.jsonl"), folder.resolve("errors.jsonl"))));
        assertThat(unpacked(folder.resolve("out.jsonl"))).isEqualTo("one\n");
        assertThat(unpacked(folder.resolve("errors.jsonl"))).isEqualTo("two\n");
        assertThat(asked)
                .containsExactly("http-download GET /files/out/content", "http-download GET /files/errors/content");
    }

    private static String unpacked(Path file) throws IOException {
        try (InputStream in = JsonLines.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_download_that_fails_is_trouble_though_the_others_came(@TempDir Path folder) throws Exception {
        says(lost(new IOException("reset")), rows("two\n"));

        assertThat(answer(collect(folder)))
                .isInstanceOfSatisfying(
                        JobAnswer.Trouble.class,
                        each -> assertThat(each.answer()).isInstanceOf(Answer.Transient.class));
        assertThat(JsonLines.exists(folder.resolve("out.jsonl"))).isFalse();
    }

    private Exchange discard() {
        return ask("discard", "openai", ended(List.of(), List.of("in", "out")), exchange -> {});
    }

    @Test
    void what_lies_at_the_provider_is_deleted_and_what_is_gone_already_is_as_good() {
        says(said(200, "{}"), said(404, "{}"));

        Exchange done = discard();

        assertThat(answer(done)).isEqualTo(new JobAnswer.Done());
        assertThat(asked).containsExactly("http-control DELETE /files/in", "http-control DELETE /files/out");
    }

    @Test
    void what_cannot_be_deleted_is_named_and_keeps_the_rest_from_nothing() {
        says(said(500, "{}"), said(200, "{}"));

        assertThat(answer(discard()))
                .isInstanceOfSatisfying(
                        JobAnswer.Trouble.class,
                        each -> assertThat(each.answer())
                                .hasToString(String.valueOf(new Answer.Transient("files_left", "[in (HTTP 500)]"))));
        assertThat(asked).hasSize(2);
    }
}
