package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider that nobody knew before, added as {@code docs/adding-a-provider.md} says: some lines of YAML beside its
 * mappings, which are OpenAI's here, for the simulator speaks them.
 */
@Tag("conformance")
class FifthProviderTest {
    private static final String PLACE = "/own-routes/fifth/";
    private static final int MOST_LINES = 70;
    private static final int UNITS = 12;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Simulator provider;

    @BeforeEach
    void add() throws IOException {
        provider = OutsideProvider.simulator(folder, "", 50);
        provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
        environment.putAll(OutsideProvider.environment(provider, folder));
        environment.put("ACME_API_KEY", OutsideProvider.KEY);
        environment.put("ACME_BASE_URL", provider.baseUrl("openai"));
        RunningService.write(folder.resolve("pipelines"), "p", "provider: acme, model: gpt-4o-mini", "");
        Path acme = Files.createDirectories(folder.resolve("routes/acme"));
        copy("provider.camel.yaml", acme);
        copy("models.yaml", folder);
        try (Stream<Path> mappings = Files.list(Path.of("routes/openai"))) {
            for (Path each :
                    mappings.filter(file -> file.toString().endsWith(".jslt")).toList()) {
                Files.copy(each, acme.resolve(String.valueOf(each.getFileName())));
            }
        }
    }

    private static void copy(String file, Path target) throws IOException {
        try (InputStream in = FifthProviderTest.class.getResourceAsStream(PLACE + file)) {
            Files.copy(Objects.requireNonNull(in), target.resolve(file));
        }
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private int caravan(String... arguments) throws Exception {
        Files.deleteIfExists(folder.resolve("output.txt"));
        return RunningService.ended(new RealProgram(folder, environment).start(List.of(), List.of(arguments)));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    private static long lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().filter(each -> !each.isBlank()).count();
    }

    @Test
    void it_is_few_lines_of_yaml_and_so_is_mistral() throws IOException {
        assertThat(lines(folder.resolve("routes/acme/provider.camel.yaml")) + lines(folder.resolve("models.yaml")))
                .isLessThanOrEqualTo(MOST_LINES);
        assertThat(lines(Path.of("routes/mistral/provider.camel.yaml"))).isLessThanOrEqualTo(MOST_LINES - 15);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_run_ends_with_exact_books_and_leaves_nothing_at_the_provider(Lane lane) throws Exception {
        String mode = lane.name().toLowerCase(Locale.ROOT);
        assertThat(caravan("trust", "--home")).as(said()).isZero();

        assertThat(caravan("run", "p", "--yes", "--mode", mode, "--name", "it", "--interval", "0"))
                .as(said())
                .isZero();

        var run = new RunFolder(folder.resolve("runs/it"));
        assertThat(ShippedRun.summary(run).progress().done()).isEqualTo(UNITS);
        assertThat(RunStore.read(run).ledger().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.provider()).isEqualTo("acme"));
        ShippedRun.lawHolds(RunStore.read(run), provider.bill(), lane);
    }

    @Test
    void its_models_are_listed_and_its_tokens_are_counted() throws Exception {
        assertThat(caravan("trust", "--home")).as(said()).isZero();

        caravan("models", "refresh", "--provider", "acme");
        assertThat(said()).contains("acme").doesNotContain("our fault");

        assertThat(caravan("estimate", "p")).as(said()).isZero();
    }
}
