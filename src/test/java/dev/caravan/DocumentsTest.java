package dev.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.run.RunStatus;
import dev.caravan.run.UnitOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What documents say of the code's own words is held to the code. */
class DocumentsTest {
    private static final Path DOCS = Path.of("docs");

    /** Rows of the table whose head begins so: the first cell of each. */
    private static List<String> firstCells(String file, String head) throws IOException {
        var cells = new ArrayList<String>();
        boolean inside = false;
        for (String line : Files.readAllLines(DOCS.resolve(file), UTF_8)) {
            if (line.startsWith(head)) {
                inside = true;
            } else if (!line.startsWith("|")) {
                inside = false;
            } else if (inside && !line.startsWith("|---")) {
                cells.add(line.substring(1, line.indexOf('|', 1)).strip().replaceAll("[`*]", ""));
            }
        }
        return cells;
    }

    private static List<String> words(Enum<?>[] values) {
        return Stream.of(values)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Test
    void the_glossary_has_every_state_outcome_and_kind_of_step() throws IOException {
        assertThat(firstCells("glossary.md", "| state of a run"))
                .containsExactlyInAnyOrderElementsOf(words(RunStatus.values()));
        assertThat(firstCells("glossary.md", "| outcome "))
                .containsExactlyInAnyOrderElementsOf(words(UnitOutcome.values()));
        assertThat(firstCells("glossary.md", "| kind "))
                .containsExactlyInAnyOrderElementsOf(Caravan.kinds().keySet());
    }

    @Test
    void the_glossary_explains_each_word_once() throws IOException {
        List<String> words = Pattern.compile("(?m)^\\| (\\*\\*[^|]*) \\|")
                .matcher(Files.readString(DOCS.resolve("glossary.md"), UTF_8))
                .results()
                .flatMap(row -> Pattern.compile("\\*\\*([^*]+)\\*\\*")
                        .matcher(row.group(1))
                        .results())
                .map(word -> word.group(1))
                .toList();

        assertThat(words).hasSizeGreaterThan(80).doesNotHaveDuplicates();
    }

    @Test
    void the_architecture_has_a_line_for_every_room() throws IOException {
        List<String> rooms;
        try (Stream<Path> packages = Files.list(Path.of("src/main/java/dev/caravan"))) {
            rooms = packages.map(each -> each.getFileName().toString()).toList();
        }
        List<String> told = Files.readAllLines(DOCS.resolve("architecture.md"), UTF_8).stream()
                .filter(each -> each.matches("\\| \\d+ \\| `[a-z]+` .*"))
                .map(each -> each.replaceFirst("\\| \\d+ \\| `([a-z]+)` .*", "$1"))
                .toList();

        assertThat(told).containsExactlyInAnyOrderElementsOf(rooms);
    }

    /** A07 and the like, as they begin the name of a test. */
    @Test
    void what_a_code_in_the_name_of_a_test_means_is_told() throws IOException {
        String incidents = Files.readString(DOCS.resolve("incidents.md"), UTF_8);
        Predicate<String> explained =
                code -> Pattern.compile("(?m)^\\| ([A-Z0-9 -]+, )*" + code + "(, [A-Z0-9 -]+)* \\|")
                        .matcher(incidents)
                        .find();
        var codes = new TreeSet<String>();
        try (Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
            for (Path each :
                    tests.filter(file -> file.toString().endsWith("Test.java")).toList()) {
                Pattern.compile("void ((?:[ABCI]\\d+_)+)")
                        .matcher(Files.readString(each, UTF_8))
                        .results()
                        .map((MatchResult name) -> name.group(1))
                        .forEach(name -> codes.addAll(List.of(name.split("_", -1))));
            }
        }
        codes.remove("");

        assertThat(codes).hasSizeGreaterThan(50);
        assertThat(codes.stream().filter(explained.negate()))
                .as("codes without a row")
                .isEmpty();
    }
}
