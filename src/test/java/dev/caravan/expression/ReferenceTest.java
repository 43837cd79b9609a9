package dev.caravan.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The author's reference names exactly what there is. */
class ReferenceTest {
    private static Set<String> named(String list) throws IOException {
        String line = Files.readAllLines(Path.of("docs/pipelines.md")).stream()
                .filter(each -> each.startsWith("- **" + list + "**"))
                .findFirst()
                .orElseThrow();
        var names = new TreeSet<String>();
        var code = Pattern.compile("`([A-Za-z0-9() ]+)`").matcher(line);
        if (code.find()) {
            for (String each : code.group(1).split(" ", -1)) {
                names.add(each.replaceAll("\\(.*", ""));
            }
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource({"Lists", "Maps", "Text", "Numbers"})
    void every_method_that_is_named_exists(String list) throws IOException {
        Set<String> table = switch (list) {
            case "Lists" -> ListMethods.table().names();
            case "Maps" -> MapMethods.table().names();
            case "Text" -> TextMethods.table().names();
            default -> NumberMethods.table().names();
        };

        assertThat(table).containsAll(named(list));
        assertThat(named(list)).hasSizeGreaterThan(15);
    }

    @Test
    void every_function_is_named_and_exists() throws IOException {
        assertThat(named("Functions"))
                .isEqualTo(new TreeSet<>(GlobalFunctions.NAMES)
                        .stream().filter(each -> !each.equals("size")).collect(Collectors.toCollection(TreeSet::new)));
    }
}
