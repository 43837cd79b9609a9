package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.run.StepFact.Role;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunFactsTest {
    private static final RunFacts FACTS = PlainFacts.of(
            "r",
            8,
            3,
            List.of(
                    new StepFact("ask", Role.PLAIN, false, StepFact.NOWHERE, true),
                    new StepFact("split", Role.FAN_OUT, true, StepFact.NOWHERE, false),
                    new StepFact("join", Role.GATHER, true, StepFact.NOWHERE, false),
                    new StepFact("look", Role.APPROVAL, true, 0, false)),
            List.of("report"),
            new RunFacts.Pilot(2, 80));

    private static ObjectNode written() {
        return EventJson.body(new RunEvent.RunCreated(FACTS));
    }

    private static RunFacts read(ObjectNode body) {
        return ((RunEvent.RunCreated) EventJson.read("RunCreated", body)).facts();
    }

    @Test
    void what_is_known_of_steps_lies_on_disk_as_lists_of_their_places() {
        JsonNode facts = written().get("facts");

        assertThat(facts.get("steps")).hasToString("[\"ask\",\"split\",\"join\",\"look\"]");
        assertThat(facts.get("localSteps")).hasToString("[1,2,3]");
        assertThat(facts.get("fanOuts")).hasToString("[1]");
        assertThat(facts.get("gathers")).hasToString("[2]");
        assertThat(facts.get("approvals")).hasToString("[3]");
        assertThat(facts.get("retryFrom")).hasToString("[-1,-1,-1,0]");
        assertThat(facts.get("escalating")).hasToString("[0]");
        assertThat(facts.get("pilotPercent").intValue()).isEqualTo(80);
    }

    @Test
    void what_was_written_is_read_back() {
        assertThat(read(written())).isEqualTo(FACTS);
    }

    @Test
    void facts_that_an_earlier_version_did_not_know_have_its_values() {
        ObjectNode body = written();
        ((ObjectNode) body.get("facts"))
                .retain(
                        "run",
                        "pipeline",
                        "configDigest",
                        "itemsDigest",
                        "optionsDigest",
                        "units",
                        "chunkSize",
                        "steps",
                        "maxRetries",
                        "maxInflightJobs",
                        "simulated",
                        "prices",
                        "version");

        RunFacts facts = read(body);

        assertThat(facts.steps()).containsExactly("ask", "split", "join", "look");
        assertThat(facts.stepFacts()).allMatch(each -> each.role() == Role.PLAIN && !each.local());
        assertThat(facts.retryFrom(3)).isEqualTo(StepFact.NOWHERE);
        assertThat(facts.brake()).isEqualTo(FailureBrake.NONE);
        assertThat(facts.rules()).isEqualTo(new RuleNumbers(1, 1, 1, 1));
        assertThat(facts.tasks()).isEmpty();
        assertThat(facts.given()).isEmpty();
    }

    @Test
    void a_fact_of_a_newer_version_is_refused_by_name() {
        ObjectNode body = written();
        ((ObjectNode) body.get("facts")).put("mood", "good");

        assertThatThrownBy(() -> EventJson.read("RunCreated", body))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("event RunCreated, member mood");
    }

    @Test
    void the_manifest_has_the_same_form() {
        var state = new RunState();
        EventFold.apply(state, new RunEvent.RunCreated(FACTS), Instant.EPOCH);

        assertThat(Manifest.fold(state).get("facts")).isEqualTo(written().get("facts"));
        assertThat(Json.text(Manifest.fold(Manifest.restore(Manifest.of(state, 1, Instant.EPOCH)))))
                .isEqualTo(Json.text(Manifest.fold(state)));
    }
}
