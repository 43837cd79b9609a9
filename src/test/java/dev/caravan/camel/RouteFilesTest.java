package dev.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the route files to what Kaoto can draw, and catches the two slips Camel lets pass at startup. */
class RouteFilesTest {
    private static final Path API = Path.of("routes", "api");
    private static final Set<String> PROGRAMS = Set.of("groovy", "java", "joor", "js", "mvel", "ognl", "python");

    @Test
    void every_route_and_every_call_has_an_id_and_a_description() throws IOException {
        assertThat(nodes("route", "routeConfiguration"))
                .isNotEmpty()
                .allSatisfy(node -> assertThat(node).containsKeys("id", "description"));
        for (var file : routeFiles()) {
            // A verb of the API is one call, and its route says what it does.
            String[] keys = file.startsWith(API) ? new String[] {"id"} : new String[] {"id", "description"};
            assertThat(nodesOf(file, Set.of("to", "toD", "bean", "process")))
                    .as(file.toString())
                    .allSatisfy(node -> assertThat(node).containsKeys(keys));
        }
    }

    @Test
    void there_are_no_comments_because_kaoto_drops_them_on_save() throws IOException {
        for (var file : routeFiles()) {
            assertThat(Files.readAllLines(file))
                    .as(file.toString())
                    .noneMatch(line -> line.strip().startsWith("#"));
        }
    }

    @Test
    void there_are_no_programs_in_yaml() throws IOException {
        assertThat(nodes(PROGRAMS.toArray(String[]::new))).isEmpty();
    }

    @Test
    void every_route_configuration_that_is_named_exists() throws IOException {
        var defined =
                nodes("routeConfiguration").stream().map(node -> node.get("id")).toList();

        assertThat(nodes("route"))
                .extracting(node -> node.get("routeConfigurationId"))
                .filteredOn(Objects::nonNull)
                .isSubsetOf(defined);
    }

    @Test
    void every_direct_call_reaches_a_route() throws IOException {
        assertThat(directNames(nodes("to"))).isNotEmpty().isSubsetOf(directNames(nodes("from")));
    }

    @Test
    void every_id_is_there_once() throws IOException {
        var ids = nodes("route", "to", "toD", "bean", "process").stream()
                .map(node -> node.get("id"))
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void a_provider_route_is_named_after_its_endpoint_and_returns_failures_to_its_caller() throws IOException {
        for (var file : routeFiles()) {
            if (file.getNameCount() < 3 || file.startsWith(API)) {
                continue;
            }
            assertThat(nodesOf(file, Set.of("route"))).allSatisfy(route -> {
                assertThat(route.get("errorHandler")).isEqualTo(Map.of("noErrorHandler", Map.of()));
                assertThat(route.toString()).contains("parameters={name=" + route.get("id") + "}");
                assertThat(route.toString()).doesNotContain("redeliver");
            });
        }
    }

    private static List<Object> directNames(List<Map<String, Object>> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> "direct".equals(endpoint.get("uri")))
                .<Object>map(endpoint ->
                        endpoint.get("parameters") instanceof Map<?, ?> options ? options.get("name") : null)
                .toList();
    }

    private static List<Path> routeFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml")).toList();
        }
    }

    private static List<Map<String, Object>> nodes(String... kinds) throws IOException {
        var found = new ArrayList<Map<String, Object>>();
        for (var file : routeFiles()) {
            found.addAll(nodesOf(file, Set.of(kinds)));
        }
        return found;
    }

    private static List<Map<String, Object>> nodesOf(Path file, Set<String> kinds) throws IOException {
        var found = new ArrayList<Map<String, Object>>();
        var yaml = new Load(LoadSettings.builder().setLabel(file.toString()).build());
        collect(yaml.loadFromString(Files.readString(file)), kinds, found);
        return found;
    }

    @SuppressWarnings("unchecked")
    private static void collect(Object node, Set<String> kinds, List<Map<String, Object>> found) {
        if (node instanceof List<?> list) {
            list.forEach(each -> collect(each, kinds, found));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (kinds.contains(String.valueOf(key))) {
                    found.add(value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of());
                }
                collect(value, kinds, found);
            });
        }
    }
}
