package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.app.Engine;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider's route that breaks pauses its run with the cause, and keeps nobody waiting for a call that never ends. */
class BrokenRouteTest {
    @TempDir
    Path folder;

    private Engine engine;

    @BeforeEach
    void start() {
        engine = ShippedRun.engine("", 20, new RealDisk());
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    /** In place of the shipped route. */
    private void replace(String route, RouteBuilder other) throws Exception {
        engine.context().getRouteController().stopRoute(route);
        engine.context().removeRoute(route);
        engine.context().addRoutes(other);
    }

    private static RouteBuilder throwing(String route) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + route)
                        .routeId(route)
                        .errorHandler(noErrorHandler())
                        .throwException(new IllegalArgumentException("odd"));
            }
        };
    }

    private static RouteBuilder saying(String route) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + route)
                        .routeId(route)
                        .errorHandler(noErrorHandler())
                        .setBody(constant("hello"));
            }
        };
    }

    private RunState ended(RunFolder folder, Lane lane) throws Exception {
        LiveRun run = engine.launch(folder, lane, "test");
        try {
            assertThat(run.awaitEnd(30_000)).as("the run ends").isTrue();
            await("nothing is in flight").until(() -> run.callsInFlight() == 0);
            await("no ticket is open").until(() -> lane == Lane.BATCH || !run.hasJobsOut());
        } finally {
            engine.release(run);
        }
        return RunStore.read(folder);
    }

    @Test
    void a_call_that_breaks_pauses_the_run_and_its_turn_goes_on() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 5, 10);
        replace("openai-complete", throwing("openai-complete"));

        RunState state = ended(run, Lane.REALTIME);

        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(state.reason()).isEqualTo("fault");
        assertThat(RunStore.summary(state).detail()).isEqualTo("IllegalArgumentException: odd");
        assertThat(state.atRiskPicos()).as("it may have been sent").isPositive();
        try (Stream<Path> letters = Files.list(run.deadLetters())) {
            assertThat(letters).isNotEmpty();
        }
    }

    @Test
    void a_route_that_ends_with_no_answer_is_told_as_its_author_s() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 5, 10);
        replace("openai-complete", saying("openai-complete"));

        RunState state = ended(run, Lane.REALTIME);

        assertThat(state.reason()).isEqualTo("unusable");
        assertThat(RunStore.summary(state).detail()).startsWith("direct:openai-complete: did not end with an answer");
        assertThat(run.deadLetters()).as("it is no fault of ours").doesNotExist();
    }

    @Test
    void a_look_at_a_job_that_breaks_pauses_the_run() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 5, 10);
        replace("openai-poll", throwing("openai-poll"));

        RunState state = ended(run, Lane.BATCH);

        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(state.reason()).isEqualTo("fault");
    }
}
