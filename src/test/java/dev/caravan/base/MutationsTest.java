package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.JsonMutations.Sparing;
import dev.caravan.base.Mutations.Changed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MutationsTest {
    private static final int SEEDS = 2_000;
    private static final String ROW =
            "{\"custom_id\":\"run-a-1\",\"response\":{\"status_code\":200,\"body\":{\"choices\":[{"
                    + "\"message\":{\"content\":\"{\\\"n\\\":1}\"}}],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":34}}}}";
    private static final String OTHER =
            ROW.replace("run-a-1", "run-b-2").replace("120", "121").replace("34", "35");
    private static final byte[] ROWS = (ROW + "\n" + OTHER + "\n").getBytes(StandardCharsets.UTF_8);

    private static List<Function<Mutations, Changed>> all() {
        return List.of(
                each -> each.bytes(ROWS),
                each -> each.lines(ROWS),
                each -> each.truncated(ROWS),
                each -> JsonMutations.ofLine(each, ROWS, Sparing.USAGE_AND_NAMES),
                each -> JsonMutations.of(each, ROW.getBytes(StandardCharsets.UTF_8), Sparing.USAGE_AND_NAMES));
    }

    @Test
    void the_same_seed_does_the_same_and_another_one_something_else() {
        for (Function<Mutations, Changed> each : all()) {
            var different = new TreeSet<String>();
            for (long seed = 0; seed < 200; seed++) {
                Changed once = each.apply(new Mutations(seed));
                Changed again = each.apply(new Mutations(seed));
                assertThat(again.bytes()).isEqualTo(once.bytes());
                assertThat(again.change()).isEqualTo(once.change());
                different.add(new String(once.bytes(), StandardCharsets.ISO_8859_1));
            }
            assertThat(different).hasSizeGreaterThan(20);
        }
    }

    @Test
    void what_is_read_of_usage_and_names_is_what_stood_there_or_nothing_that_could_be_meant() {
        for (Function<Mutations, Changed> each : all()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                Changed changed = each.apply(new Mutations(seed));
                for (JsonNode row : readable(changed.bytes())) {
                    JsonNode usage = row.path("response").path("body").path("usage");
                    int number = row.path("custom_id").asText().equals("run-b-2") ? 1 : 0;
                    boolean named = row.path("custom_id").asText().matches("run-[ab]-[12]");
                    believable(usage.path("prompt_tokens"), 120 + number, named, changed);
                    believable(usage.path("completion_tokens"), 34 + number, named, changed);
                }
            }
        }
    }

    /** Numbers of a row that is nobody's are believed by nobody. */
    private static void believable(JsonNode tokens, long before, boolean named, Changed changed) {
        boolean meant = named
                && tokens.isIntegralNumber()
                && tokens.canConvertToLong()
                && tokens.longValue() >= 0
                && tokens.longValue() < Long.MAX_VALUE;
        assertThat(!meant || tokens.longValue() == before)
                .as("%s", changed.change())
                .isTrue();
    }

    private static List<JsonNode> readable(byte[] rows) {
        var readable = new ArrayList<JsonNode>();
        for (byte[] line : Mutations.split(rows)) {
            try {
                readable.add(Json.mapper().readTree(new String(line, StandardCharsets.UTF_8)));
            } catch (JsonProcessingException e) {
                // No row.
            }
        }
        return readable;
    }

    @Test
    void a_digit_becomes_another_one_and_nothing_else_changes() {
        for (long seed = 0; seed < 200; seed++) {
            byte[] changed = new Mutations(seed).digit(ROWS).bytes();
            int differences = 0;
            for (int i = 0; i < ROWS.length; i++) {
                if (changed[i] != ROWS[i]) {
                    differences++;
                    assertThat((char) changed[i]).isBetween('0', '9');
                }
            }
            assertThat(changed).hasSameSizeAs(ROWS);
            assertThat(differences).isOne();
        }
    }

    @Test
    void nothing_is_too_small_to_be_changed() {
        for (byte[] small :
                List.of(new byte[0], new byte[] {'\n'}, "{}".getBytes(StandardCharsets.UTF_8), new byte[] {'7'})) {
            for (long seed = 0; seed < 200; seed++) {
                var mutations = new Mutations(seed);
                assertThat(mutations.bytes(small).change().what()).isNotEmpty();
                assertThat(mutations.lines(small).change().what()).isNotEmpty();
                assertThat(mutations.digit(small).change().what()).isNotEmpty();
                assertThat(JsonMutations.ofLine(mutations, small, Sparing.NOTHING)
                                .change()
                                .what())
                        .isNotEmpty();
            }
        }
    }
}
