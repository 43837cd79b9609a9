package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PauseReasonTest {
    /** Journals hold them. */
    @Test
    void the_words_stay() {
        assertThat(Arrays.stream(PauseReason.values()).map(PauseReason::word))
                .containsExactly(
                        "approval",
                        "asked",
                        "cap",
                        "overrun",
                        "pilot",
                        "throttled",
                        "provider",
                        "refused",
                        "detached",
                        "quality",
                        "integrity",
                        "disk",
                        "retry",
                        "unusable",
                        "fault");
    }

    @Test
    void a_word_of_a_later_version_is_none_of_ours() {
        assertThat(PauseReason.of("moonlight")).isEmpty();
        assertThat(PauseReason.of("cap")).contains(PauseReason.CAP);
        assertThat(PauseReason.CAP.is("moonlight")).isFalse();
    }

    @Test
    void the_operators_guide_tells_all_reasons_in_the_same_words_and_no_other() throws Exception {
        List<String> guide = Files.readAllLines(Path.of("docs/operations.md"));
        int first = guide.indexOf("| reason | means | then |") + 2;
        List<String> rows = guide.stream()
                .skip(first)
                .takeWhile(each -> each.startsWith("|"))
                .toList();

        assertThat(rows).hasSameSizeAs(PauseReason.values());
        for (PauseReason each : PauseReason.values()) {
            assertThat(rows)
                    .as(each.word())
                    .anyMatch(row -> row.matches("\\| " + each.word() + "( \\(.*?\\))? \\| .*")
                            && row.contains("| " + each.sentence()));
        }
    }
}
