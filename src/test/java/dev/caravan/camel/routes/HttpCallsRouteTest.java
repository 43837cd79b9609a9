package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.Prompt;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/http/calls.camel.yaml", RouteTestSupport.NO_SERVICE},
        mockEndpointsAndSkip = ProviderRouteTestSupport.WIRE)
class HttpCallsRouteTest extends ProviderRouteTestSupport {
    private static final Prompt PROMPT = Prompt.of("label-0-1", "a-model", "Hello", 10);
    private static final String COMPLETION = """
            {"type":"message","content":[{"type":"text","text":"Hi"}],"model":"a-model-1","stop_reason":"end_turn",
             "usage":{"input_tokens":3,"output_tokens":2}}""";

    @BeforeEach
    void make() throws Exception {
        template("provider-complete", "acme", "complete", Map.of());
        template("provider-count", "acme", "count", Map.of());
        template(
                "provider-models",
                "acme",
                "models",
                Map.of("path", "/v1/models", "query", "limit=2", "cursor", "after_id"));
    }

    private Exchange ask(String call) {
        return ask(call, "anthropic", PROMPT, exchange -> {});
    }

    @Test
    void a_prompt_becomes_one_call_and_its_reply_a_typed_answer() {
        says(said(200, COMPLETION));

        Exchange done = ask("complete");

        assertThat(answer(done))
                .isInstanceOfSatisfying(
                        Answer.Completed.class, each -> assertThat(each.text()).isEqualTo("Hi"));
        assertThat(asked).containsExactly("http-call POST /v1/messages");
        assertThat(way(done)).containsExactly("acme-complete-request", "acme-complete-call", "acme-complete-reply");
        String sent =
                mock("direct:http-call").getExchanges().get(0).getMessage().getBody(String.class);
        assertThat(Json.parse(sent).path("model").asText()).isEqualTo("a-model");
    }

    @Test
    void every_trouble_with_a_call_is_an_answer_that_says_whether_it_may_have_been_bought() {
        says(
                lost(new ConnectException("refused")),
                lost(new IOException("reset")),
                said(429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}"),
                said(401, "{\"error\":{\"type\":\"authentication_error\",\"message\":\"key\"}}"),
                said(400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"long\"}}"),
                said(529, "{\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}"));

        for (Class<?> each : List.of(
                Answer.Transient.class,
                Answer.Ambiguous.class,
                Answer.Throttled.class,
                Answer.Fatal.class,
                Answer.Rejected.class)) {
            assertThat(answer(ask("complete"))).isInstanceOf(each);
        }
        assertThat(answer(ask("complete"))).isInstanceOf(Answer.class).isNotInstanceOf(Answer.Received.class);
        assertThat(asked).hasSize(6);
    }

    @Test
    void tokens_are_counted_by_a_control_call() {
        says(said(200, "{\"input_tokens\":12}"));

        Exchange done = ask("count");

        assertThat(answer(done)).isEqualTo(12L);
        assertThat(asked).containsExactly("http-control POST /v1/messages/count_tokens");
        assertThat(way(done)).containsExactly("acme-count-request", "acme-count-call", "acme-count-reply");
    }

    /** Nothing is bought by a count, so nothing is ever in doubt. */
    @Test
    void a_count_that_gets_no_answer_is_harmless() {
        assertThat(answer(ask("count"))).isInstanceOf(Answer.Transient.class);
    }

    @Test
    void models_are_read_page_by_page_until_there_is_no_more() {
        says(
                said(200, "{\"data\":[{\"id\":\"m1\"},{\"id\":\"m2\"}],\"has_more\":true,\"last_id\":\"m2\"}"),
                said(200, "{\"data\":[{\"id\":\"m3\"}],\"has_more\":false,\"last_id\":\"m3\"}"));

        assertThat(answer(ask("models"))).isEqualTo(List.of("m1", "m2", "m3"));
        assertThat(asked)
                .containsExactly(
                        "http-control GET /v1/models?limit=2", "http-control GET /v1/models?limit=2&after_id=m2");
    }

    @Test
    void a_page_that_does_not_come_ends_the_list_with_the_trouble() {
        says(said(200, "{\"data\":[{\"id\":\"m1\"}],\"has_more\":true,\"last_id\":\"m1\"}"));

        assertThat(answer(ask("models"))).isInstanceOf(JobAnswer.Trouble.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_list_whose_next_page_is_the_same_one_has_an_end() {
        String page = "{\"data\":[{\"id\":\"m1\"}],\"has_more\":true,\"last_id\":\"m1\"}";
        says(said(200, page), said(200, page), said(200, page));

        ask("models");

        assertThat(asked).hasSize(2);
    }
}
