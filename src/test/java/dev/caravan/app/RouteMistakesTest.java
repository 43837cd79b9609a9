package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.RealDisk;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.task.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an author does wrong in routes and mappings of his own is told as his, with its place, before a run is made. */
class RouteMistakesTest {
    private static final Path HOME = Path.of("").toAbsolutePath();

    @TempDir
    Path folder;

    private OperatorExtensions trusted() {
        var trust = new TrustStore(folder.resolve("trusted.json"));
        trust.grantHome(
                OperatorExtensions.own(HOME, folder).orElseThrow().digest(), "Ada", Instant.EPOCH, new RealDisk());
        return OperatorExtensions.find(HOME, folder, trust);
    }

    private void refuses(String... words) {
        OperatorExtensions extensions = trusted();
        assertThatThrownBy(() -> CamelHost.start(null, extensions, null))
                .isInstanceOf(NotReadyException.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContainingAny("Exception", "our fault");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve("routes").resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "frobnicate: {}                      | line 6, column 11: Unknown node id: frobnicate",
                "bean: {ref: nothing, method: go}    | line 6, route x, Bean[ref:nothing method:go]: there is no bean 'nothing'",
                "process: {ref: nothing}             | line 6, route x, process[ref:nothing]: there is no bean 'nothing'",
                "to: frob:hi                         | line 6, route x, to[frob:hi]: No endpoint could be found for: frob://hi",
                "to: direct:a?frob=7                 | line 6, route x, to[direct:a?frob=7]: Failed to resolve endpoint",
                "setBody: {simple: `${bodi`}         | line 6, route x, SetBody[simple{${bodi}]: expected symbol functionEnd",
                "to: [                               | line 7, column 1: while parsing a flow node",
            })
    void a_step_that_cannot_be_made_is_named_with_file_and_line(String step, String words) throws IOException {
        write("x.camel.yaml", """
                - route:
                    id: x
                    from:
                      uri: direct:x
                      steps:
                        - %s
                """.formatted(step.replace('`', '"')));

        refuses(folder.resolve("routes/x.camel.yaml") + ": " + words.replace("flow node", "flow "));
    }

    @Test
    void an_id_and_an_entrance_that_another_route_has_are_named_with_both_places() throws IOException {
        write("x.camel.yaml", """
                - route:
                    id: manifest
                    from: {uri: "direct:x", steps: [{log: hi}]}
                """);
        refuses(
                folder.resolve("routes/x.camel.yaml") + ": line 2: the id manifest is given to two routes",
                HOME.resolve("routes/steps.camel.yaml") + ": line ");

        write("x.camel.yaml", """
                - route:
                    id: x
                    from: {uri: "direct:manifest", steps: [{log: hi}]}
                """);
        refuses("route x: Multiple consumers for the same endpoint is not allowed: direct://manifest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider-pol  | jobs | line 2, route x-poll: there is no template 'provider-pol'; did you mean 'provider-poll'?",
                "rose          | jobs | line 2, route x-poll: there is no template 'rose'; there are provider-cancel, provider-",
                "provider-poll | job  | line 6: the template provider-poll has no parameter 'job'; did you mean 'jobs'?",
                "provider-poll | job  | line 2, route x-poll: the template provider-poll needs jobs",
                "provider-find | jobs | line 2, route x-poll: the template provider-find needs cursor",
            })
    void a_template_or_parameter_that_is_not_there_is_named_with_file_and_line(
            String template, String name, String words) throws IOException {
        use(template, "x-poll", name + ", value: /jobs");

        refuses(folder.resolve("routes/x/provider.camel.yaml") + ": " + words);
    }

    /** Camel passes over it. */
    @Test
    void a_parameter_too_many_is_named_too() throws IOException {
        use("provider-poll", "x-poll", "jobs, value: /jobs}\n      - {name: verb, value: /end");

        refuses(folder.resolve("routes/x/provider.camel.yaml")
                + ": line 7: the template provider-poll has no parameter");
    }

    @Test
    void an_id_that_a_route_from_a_template_has_is_named_with_both_places() throws IOException {
        use("provider-poll", "openai-poll", "jobs, value: /jobs");

        refuses(
                folder.resolve("routes/x/provider.camel.yaml") + ": line 3: the id openai-poll is given to two routes",
                HOME.resolve("routes/openai/provider.camel.yaml") + ": line ");
    }

    private void use(String template, String id, String parameter) throws IOException {
        write("x/provider.camel.yaml", """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: %s
                    parameters:
                      - {name: provider, value: x}
                      - {name: %s}
                """.formatted(template, id, parameter));
    }

    @Test
    void an_empty_file_and_a_wrong_mapping_are_named() throws IOException {
        write("x.camel.yaml", "");
        refuses(folder.resolve("routes/x.camel.yaml") + ": is empty");
        Files.delete(folder.resolve("routes/x.camel.yaml"));

        write("mine/complete-request.jslt", "{\n  \"path\": .a b\n}");
        write("mine/error.jslt", "{\"kind\": nonsense(.a)}");
        refuses(
                folder.resolve("routes/mine/complete-request.jslt") + ": line 2, column ",
                folder.resolve("routes/mine/error.jslt") + ": line 1, column ");
    }

    @Test
    void a_name_that_the_installation_has_too_is_refused_with_both_places() throws IOException {
        write("openai/calls.camel.yaml", "- route: {}");

        assertThatThrownBy(this::trusted)
                .isInstanceOf(NotReadyException.class)
                .hasMessageContainingAll(
                        "routes/openai: stands in two places",
                        folder.resolve("routes").toString(),
                        HOME.resolve("routes").toString());
    }
}
