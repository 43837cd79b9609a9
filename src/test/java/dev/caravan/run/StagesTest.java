package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.provider.Lane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static final Path DRAWN = Path.of("docs/states.md");
    private static final Instant NOW = Instant.EPOCH;

    @Test
    void what_does_not_fit_where_a_run_stands_is_refused_with_both_names_and_the_event() {
        RunState state = created();
        state.refuseUnfit();

        assertThatThrownBy(() -> EventFold.apply(state, completed(), NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("run r: is PENDING and cannot become COMPLETE by RunCompleted");
        assertThat(state.status()).isEqualTo(RunStatus.PENDING);
    }

    @Test
    void what_does_not_fit_where_a_job_stands_is_refused() {
        RunState state = created();
        EventFold.apply(state, new RunEvent.WorkFormed("w000001", 0, Lane.BATCH, "0"), NOW);
        state.refuseUnfit();

        assertThatThrownBy(() -> EventFold.apply(state, new RunEvent.JobCreated("w000001", "batch_1", false), NOW))
                .hasMessage("run r, work w000001: is FORMED and cannot become CREATED by JobCreated");
    }

    @Test
    void a_task_cannot_end_that_was_not_begun() {
        RunState state = created("report");
        state.refuseUnfit();

        assertThatThrownBy(() -> EventFold.apply(state, new RunEvent.TaskEnded("report", 1, true, ""), NOW))
                .hasMessage("run r, task report: is WAITING and cannot become DONE by TaskEnded");
    }

    @Test
    void what_an_earlier_version_let_happen_is_taken_from_its_journal() {
        RunState state = created();

        assertThatCode(() -> EventFold.apply(state, completed(), NOW)).doesNotThrowAnyException();
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
    }

    @Test
    void a_pause_that_comes_behind_the_end_counts_for_nothing() {
        RunState state = created();
        state.refuseUnfit();
        EventFold.apply(state, new RunEvent.RunStarted(Lane.BATCH, "run"), NOW);
        EventFold.apply(state, new RunEvent.RunKilled("by hand"), NOW);

        EventFold.apply(state, new RunEvent.RunPaused("quality", "most are bad"), NOW);

        assertThat(state.status()).isEqualTo(RunStatus.KILLED);
        assertThat(state.reason()).isEqualTo("by hand");
    }

    @Test
    void a_word_to_kill_that_comes_behind_the_end_counts_for_nothing() {
        RunState state = created();
        state.refuseUnfit();
        EventFold.apply(state, new RunEvent.RunStarted(Lane.BATCH, "run"), NOW);
        EventFold.apply(state, completed(), NOW);

        EventFold.apply(state, new RunEvent.RunKilled("by hand"), NOW);

        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
    }

    /** With {@code -Dcaravan.states.draw=true} they are drawn anew. */
    @Test
    void the_stages_are_drawn_as_they_are() throws IOException {
        String drawn = drawn();
        if (Boolean.getBoolean("caravan.states.draw")) {
            Files.writeString(DRAWN, drawn);
        }
        assertThat(DRAWN).as("draw it anew with -Dcaravan.states.draw=true").hasContent(drawn);
    }

    private static String drawn() {
        return """
                # States

                How a run, a piece of work and a task go from one state to the next. `StagesTest` draws this page from \
                the tables in `RunStatus`, `OpenWork.Phase` and `TaskState.Phase`, and fails when it is out of date; \
                `./mvnw test -Dtest=StagesTest -Dcaravan.states.draw=true` draws it anew.

                A process stops at an event of its own that does not fit: that is a bug, told with the run, both \
                states and the event. The past is taken as it is, so that runs of earlier versions open. An arrow from a \
                state to itself is an event that may say the same once more.

                ## A run

                `interrupted` is in no journal: a run is shown so that is running, and that no process is at.

                %s
                ## A piece of work

                Realtime work stays `formed` until it is done; work that is done is no more.

                %s
                ## A task

                %s""".formatted(
                diagram(RunStatus.values()), diagram(OpenWork.Phase.values()), diagram(TaskState.Phase.values()));
    }

    private static <S extends Enum<S> & Stage<S>> String diagram(S[] stages) {
        String arrows = Arrays.stream(stages)
                .flatMap(from -> from.successors().stream().map(to -> "    " + name(from) + " --> " + name(to) + "\n"))
                .collect(Collectors.joining());
        return "```mermaid\nstateDiagram-v2\n    [*] --> " + name(stages[0]) + "\n" + arrows + "```\n";
    }

    private static String name(Enum<?> stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    private static RunEvent completed() {
        return new RunEvent.RunCompleted(1, 0, 0, new TreeMap<>());
    }

    private static RunState created(String... tasks) {
        var state = new RunState();
        EventFold.apply(
                state,
                new RunEvent.RunCreated(PlainFacts.of(
                        "r", 1, 1, List.of(PlainFacts.asking("one")), List.of(tasks), RunFacts.Pilot.NONE)),
                NOW);
        return state;
    }
}
