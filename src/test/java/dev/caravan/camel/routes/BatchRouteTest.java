package dev.caravan.camel.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.RunEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.test.main.junit5.AdviceRouteMapping;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

@CamelMainTest(
        propertyPlaceholderLocations = RouteTestSupport.PROPERTIES,
        properties = {"camel.main.routesIncludePattern=file:routes/batch.camel.yaml", RouteTestSupport.NO_SERVICE},
        replaceRouteFromWith = "poll-due-jobs=direct:tick",
        advices = {
            @AdviceRouteMapping(route = "work-submit", advice = BeansAsMocks.class),
            @AdviceRouteMapping(route = "work-find", advice = BeansAsMocks.class),
            @AdviceRouteMapping(route = "work-collect", advice = BeansAsMocks.class),
            @AdviceRouteMapping(route = "poll-due-jobs", advice = BeansAsMocks.class)
        },
        mockEndpointsAndSkip = "direct:(acme-.*|manifest)")
class BatchRouteTest extends RouteTestSupport {
    private static final JobOrder ORDER =
            new JobOrder("w1", "nonce", "model", Path.of("requests.jsonl"), 1, 10, "/v1", new TreeMap<>());
    private static final JobAnswer TROUBLE = new JobAnswer.Trouble(new Answer.Transient("unreachable", "gone"));
    private static final RunEvent DONE = new RunEvent.WorkDone("w1");
    private static final RunEvent GOES_ON = new RunEvent.JobCreated("w1", "job_1", true);

    private Exchange ticket(String endpoint) {
        return ticket(endpoint, "acme");
    }

    private Exchange ticket(String endpoint, String routes) {
        return send(endpoint, exchange -> ExchangeKeys.ROUTES.set(exchange, routes));
    }

    private void admitted() {
        when("admit-job", exchange -> ExchangeKeys.ADMITTED.set(exchange, true));
        answers("prepare-job", ORDER);
    }

    @Test
    void a_job_waits_for_its_turn_is_prepared_submitted_and_noted() throws Exception {
        admitted();
        mock("direct:acme-submit").expectedBodiesReceived(ORDER);
        answers("direct:acme-submit", new JobAnswer.Unknown("timeout", ""));
        mock("job-submitted").expectedBodiesReceived(new JobAnswer.Unknown("timeout", ""));
        answers("job-submitted", GOES_ON);

        Exchange done = ticket("direct:work-submit");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(GOES_ON);
        assertThat(way(done))
                .containsExactly(
                        "admit-job", "job-admitted", "prepare-job", "has-requests", "submit-job", "job-submitted");
    }

    @Test
    void nothing_is_prepared_for_a_run_that_stopped_while_its_job_waited() {
        answers("admit-job", null);

        assertThat(way(ticket("direct:work-submit"))).containsExactly("admit-job", "job-admitted", "has-requests");
    }

    @Test
    void work_with_nothing_left_to_send_ends_without_a_job() throws Exception {
        admitted();
        answers("prepare-job", DONE);
        mock("direct:acme-submit").expectedMessageCount(0);
        mock("job-submitted").expectedMessageCount(0);

        Exchange done = ticket("direct:work-submit");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(DONE);
    }

    /** A dead letter channel would hand the request back as the provider's answer. */
    @Test
    void a_provider_route_that_breaks_is_not_taken_for_an_answer() throws Exception {
        admitted();
        breaks("direct:acme-submit");
        mock("direct:acme-submit").expectedMessageCount(1);
        mock("job-submitted").expectedMessageCount(0);

        Exchange broken = ticket("direct:work-submit");

        mocksAreSatisfied();
        assertThat(broken.getException()).hasMessage("direct:acme-submit broke");
    }

    @Test
    void nobody_waits_for_a_provider_that_has_no_routes() {
        admitted();

        for (String each : List.of("direct:work-submit", "direct:work-find", "direct:work-collect")) {
            assertThat(ticket(each, "nobody").getException())
                    .as(each)
                    .isInstanceOf(DirectConsumerNotAvailableException.class);
        }
    }

    @Test
    void a_job_in_doubt_is_looked_for_at_its_provider() throws Exception {
        answers("direct:acme-find", TROUBLE);
        mock("job-found").expectedBodiesReceived(TROUBLE);

        Exchange done = ticket("direct:work-find");

        mocksAreSatisfied();
        assertThat(way(done)).containsExactly("find-what", "find-job", "job-found");
    }

    private void readable() {
        var status = new JobStatus(
                "job_1", JobStatus.State.ENDED, "completed", 1, 1, 0, List.of(), List.of(), List.of(), 1, 0, "nonce");
        when("job-read", exchange -> ExchangeKeys.JOB_STATUS.set(exchange, status));
    }

    @Test
    void the_files_of_a_job_are_discarded_once_all_of_it_is_settled() throws Exception {
        readable();
        answers("settle-job", DONE);
        answers("files-discarded", DONE);
        mock("direct:acme-collect").expectedMessageCount(1);
        mock("direct:acme-discard").expectedMessageCount(1);

        Exchange done = ticket("direct:work-collect");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(DONE);
        assertThat(way(done))
                .containsExactly(
                        "collect-what",
                        "read-job",
                        "job-read",
                        "job-readable",
                        "download-results",
                        "settle-job",
                        "job-settled",
                        "discard-what",
                        "discard-files",
                        "files-discarded");
    }

    @Test
    void the_files_of_a_job_stay_while_any_of_it_is_not_settled() throws Exception {
        readable();
        answers("direct:acme-collect", TROUBLE);
        mock("settle-job").expectedBodiesReceived(TROUBLE);
        answers("settle-job", GOES_ON);
        mock("direct:acme-discard").expectedMessageCount(0);

        Exchange done = ticket("direct:work-collect");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(GOES_ON);
    }

    @Test
    void nothing_is_downloaded_of_a_job_that_could_not_be_read() throws Exception {
        answers("direct:acme-poll", TROUBLE);
        mock("job-read").expectedBodiesReceived(TROUBLE);
        answers("job-read", GOES_ON);
        mock("direct:acme-collect").expectedMessageCount(0);

        Exchange done = ticket("direct:work-collect");

        mocksAreSatisfied();
        assertThat(done.getMessage().getBody()).isEqualTo(GOES_ON);
    }

    /** Each look says whom it asks, and what. */
    private void due(String... looks) {
        answers("due-jobs", List.of(looks));
        when("look-for", exchange -> {
            String[] look = exchange.getMessage().getBody(String.class).split("-", -1);
            ExchangeKeys.ROUTES.set(exchange, look[0]);
            ExchangeKeys.LOOK.set(exchange, look[1]);
        });
    }

    @Test
    void every_job_that_is_due_is_asked_for_as_its_look_says_and_told_to_the_journal() throws Exception {
        due("acme-poll", "acme-cancel", "acme-find");
        mock("direct:acme-poll").expectedBodiesReceived("acme-poll");
        mock("direct:acme-cancel").expectedBodiesReceived("acme-cancel");
        mock("direct:acme-find").expectedBodiesReceived("acme-find");
        answers("job-polled", DONE);
        mock("direct:manifest").expectedBodiesReceived(DONE, DONE, DONE);

        send("direct:tick", exchange -> {});

        mocksAreSatisfied();
    }

    @Test
    void a_look_that_breaks_keeps_no_other_from_its_end() throws Exception {
        due("acme-cancel", "nobody-poll", "acme-poll");
        breaks("direct:acme-cancel");
        mock("job-polled").expectedBodiesReceived("acme-poll");
        mock("direct:manifest").expectedMessageCount(1);

        send("direct:tick", exchange -> {});

        mocksAreSatisfied();
    }

    @Test
    void a_tick_with_nothing_due_does_nothing() throws Exception {
        due();
        mock("look-for").expectedMessageCount(0);
        mock("direct:manifest").expectedMessageCount(0);

        assertThat(send("direct:tick", exchange -> {}).getException()).isNull();

        mocksAreSatisfied();
    }
}
