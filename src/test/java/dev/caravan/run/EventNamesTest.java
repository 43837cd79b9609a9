package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventNamesTest {
    /** Values inside of events whose members lie on disk too. */
    private static final List<Class<? extends Record>> INSIDE = List.of(
            RunEvent.Part.class,
            RunFactsJson.class,
            Usage.class,
            FailureBrake.class,
            CostOutlook.class,
            AskedModel.class);

    /**
     * Whoever changes a line of the list breaks every run that was made before; a new line, or a new member with a value
     * for runs that lack it, breaks none.
     */
    @Test
    void names_on_disk_are_those_of_the_list() throws IOException {
        List<String> names = new ArrayList<>();
        for (Class<?> event : RunEvent.class.getPermittedSubclasses()) {
            names.add(EventNames.of(event.asSubclass(RunEvent.class)) + members(event));
        }
        INSIDE.forEach(each -> names.add("(" + each.getSimpleName().replace("Json", "") + ")" + members(each)));
        names.add("(Lane) " + Arrays.stream(Lane.values()).map(Enum::name).collect(Collectors.joining(" ")));
        try (InputStream list = Objects.requireNonNull(getClass().getResourceAsStream("/run/events.txt"))) {
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(new String(list.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @Test
    void every_event_is_read_back_by_its_name() {
        for (Class<?> event : RunEvent.class.getPermittedSubclasses()) {
            assertThat(EventNames.event(EventNames.of(event.asSubclass(RunEvent.class))))
                    .isSameAs(event);
        }
        assertThat(EventNames.event("RunImproved")).isNull();
    }

    @Test
    void every_event_has_a_meaning() {
        assertThat(EventFold.kinds()).containsExactlyInAnyOrderElementsOf(events());
    }

    private static List<Class<? extends RunEvent>> events() {
        return Stream.of(RunEvent.class.getPermittedSubclasses())
                .<Class<? extends RunEvent>>map(each -> each.asSubclass(RunEvent.class))
                .toList();
    }

    @Test
    void what_is_written_has_the_members_of_the_list() {
        var event = new RunEvent.TaskEnded("report", 1, true, "");
        assertThat(Json.text(EventJson.body(event)))
                .isEqualTo("{\"task\":\"report\",\"attempt\":1,\"done\":true,\"detail\":\"\"}");
        assertThat(EventJson.read("TaskEnded", EventJson.body(event))).isEqualTo(event);
    }

    @Test
    void an_event_of_a_newer_version_is_refused_by_name() {
        assertThatThrownBy(() -> EventJson.read("RunImproved", Json.object()))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("event RunImproved")
                .hasMessageContaining("newer");
        assertThatThrownBy(() -> EventJson.read(
                        "RunKilled", Json.object().put("reason", "").put("gently", true)))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("event RunKilled, member gently");
    }

    private static String members(Class<?> kind) {
        return Stream.of(kind.getRecordComponents())
                .map(RecordComponent::getName)
                .map(" "::concat)
                .collect(Collectors.joining());
    }
}
