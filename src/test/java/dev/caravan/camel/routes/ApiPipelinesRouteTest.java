package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.apache.camel.Exchange;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {
            "camel.main.routesIncludePattern=file:routes/api/pipelines.camel.yaml",
            RouteTestSupport.NO_SERVICE,
            WebRouteTestSupport.HTTP,
            WebRouteTestSupport.SERVER,
            WebRouteTestSupport.HOST,
            WebRouteTestSupport.ANY_PORT
        })
class ApiPipelinesRouteTest extends WebRouteTestSupport {

    @Test
    void every_path_has_its_answer() throws Exception {
        reaches("GET", "/api/pipelines", "answer-pipelines");
        reaches("GET", "/api/pipelines/mail", "answer-pipeline");
        reaches("GET", "/api/pipelines/mail/check", "answer-check");
        reaches("GET", "/api/pipelines/mail/units", "answer-units");
        reaches("GET", "/api/pipelines/mail/estimate", "answer-estimate");
        reaches("POST", "/api/pipelines/mail/runs", "answer-start");
    }

    /** A query may hold a header of the same name. */
    @Test
    void the_path_is_handed_on_as_it_was_asked_for() throws Exception {
        mock("answer-pipeline").expectedHeaderReceived(Exchange.HTTP_PATH, "/api/pipelines/mail");
        mock("answer-pipeline").expectedHeaderReceived(Exchange.HTTP_RAW_QUERY, "pipeline=other");

        answers("answer-pipeline", "mail");

        assertThat(ask("GET", "/api/pipelines/mail?pipeline=other").statusCode())
                .isEqualTo(200);

        mocksAreSatisfied();
    }

    /** As where a route's bean throws; that of the API does not. */
    @Test
    void an_answer_that_breaks_is_an_error_without_what_was_asked() throws Exception {
        breaks("answer-start");

        HttpResponse<String> answer = ask("POST", "/api/pipelines/mail/runs");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("mail");
    }
}
