package dev.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.camel.exchange.ExchangeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the route files to what Kaoto can draw, and catches the slips Camel lets pass at startup. */
class RouteFilesTest {
    private static final Path ROUTES = Path.of("routes");
    private static final Set<String> PROGRAMS = Set.of("groovy", "java", "joor", "js", "mvel", "ognl", "python");
    private static final Set<String> OUTER = Set.of("route", "routeTemplate", "routeConfiguration", "from");
    private static final Pattern PROPERTY = Pattern.compile("exchangeProperty\\.(\\w+)");

    @Test
    void every_node_has_an_id_and_a_description() throws IOException {
        for (var file : routeFiles()) {
            assertThat(boxes(file))
                    .as(file.toString())
                    .isNotEmpty()
                    .allSatisfy(node -> assertThat(node).containsKeys("id", "description"));
        }
    }

    @Test
    void every_parameter_of_a_template_says_what_it_is() throws IOException {
        assertThat(nodes("routeTemplate"))
                .isNotEmpty()
                .allSatisfy(template -> assertThat(parameters(template))
                        .allSatisfy(each -> assertThat(each).containsKeys("name", "description")));
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
    void expressions_are_written_in_one_form() throws IOException {
        for (var file : routeFiles()) {
            assertThat(values(file, "simple"))
                    .as(file.toString())
                    .allSatisfy(each -> assertThat(each).isInstanceOf(String.class));
            assertThat(values(file, "expression")).as(file.toString()).isEmpty();
        }
    }

    @Test
    void every_exchange_property_that_is_named_is_one_that_java_knows() throws IOException {
        for (var file : routeFiles()) {
            var named = new TreeSet<String>();
            PROPERTY.matcher(Files.readString(file)).results().forEach(each -> named.add(each.group(1)));
            nodesOf(file, Set.of("setProperty")).forEach(each -> named.add(String.valueOf(each.get("name"))));
            assertThat(named).as(file.toString()).isSubsetOf(ExchangeKeys.names());
        }
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
        assertThat(directs(nodes("to"))).isNotEmpty().isSubsetOf(directs(nodes("from")));
    }

    /** Camel would refuse two, but only when a template is used. */
    @Test
    void every_id_is_there_once() throws IOException {
        var ids = new ArrayList<>();
        for (var file : routeFiles()) {
            boxes(file).forEach(each -> ids.add(each.get("id")));
        }

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void a_provider_route_is_named_after_its_endpoint_and_returns_failures_to_its_caller() throws IOException {
        for (var file : routeFiles()) {
            if (file.getNameCount() < 3 || file.startsWith(ROUTES.resolve("api"))) {
                continue;
            }
            assertThat(nodesOf(file, Set.of("route"))).allSatisfy(route -> {
                assertThat(route.get("errorHandler")).isEqualTo(Map.of("noErrorHandler", Map.of()));
                assertThat(route.toString()).doesNotContain("redeliver");
            });
        }
        for (var route : plainProviderRoutes()) {
            assertThat(uri(route)).isEqualTo("direct:" + route.get("id"));
        }
    }

    @Test
    void a_route_from_a_template_is_named_after_its_endpoint_and_gives_all_parameters_and_no_other()
            throws IOException {
        for (var file : routeFiles()) {
            for (var use : nodesOf(file, Set.of("templatedRoute"))) {
                Map<String, Object> template = templates().getOrDefault(text(use, "routeTemplateRef"), Map.of());
                assertThat(template).as(use.toString()).isNotEmpty();
                var given = new HashMap<String, String>();
                parameters(use).forEach(each -> given.put(text(each, "name"), text(each, "value")));
                assertThat(given.keySet()).as(use.toString()).isSubsetOf(names(parameters(template)));
                assertThat(names(parameters(template).stream()
                                .filter(each -> !each.containsKey("defaultValue"))
                                .toList()))
                        .as(use.toString())
                        .isSubsetOf(given.keySet());
                String provider = Objects.requireNonNull(given.get("provider"));
                assertThat(file.getName(1)).hasToString(provider);
                assertThat(uri(map(template.get("route"))).replace("{{provider}}", provider))
                        .isEqualTo("direct:" + use.get("routeId"));
                assertThat(use.get("prefixId")).isEqualTo(provider + "-");
            }
        }
    }

    @Test
    void the_page_on_adding_a_provider_names_every_template_and_every_parameter() throws IOException {
        String page = Files.readString(Path.of("docs", "adding-a-provider.md"));
        templates().forEach((id, template) -> {
            assertThat(page).contains("`" + id + "`");
            assertThat(names(parameters(template)))
                    .allSatisfy(each -> assertThat(page).contains("`" + each + "`"));
        });
    }

    /** hawtio sorts routes by name, and shows groups in the order in which their first routes come. */
    @Test
    void live_steps_are_the_first_group_that_hawtio_shows() throws IOException {
        assertThat(nodes("route")).allSatisfy(route -> assertThat(route).containsKey("group"));
        var groups = new LinkedHashMap<String, Object>();
        nodes("route").forEach(route -> groups.put(text(route, "id"), route.get("group")));
        nodes("templatedRoute").forEach(route -> groups.put(text(route, "routeId"), "providers"));

        assertThat(groups.entrySet().stream()
                        .min(Comparator.comparing(each -> each.getKey().toLowerCase(Locale.ROOT))))
                .hasValueSatisfying(first -> assertThat(first.getValue()).isEqualTo("live-runs"));
        assertThat(groups).containsEntry("step", "live-runs");
    }

    private static String text(Map<String, Object> node, String key) {
        return String.valueOf(node.get(key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return node instanceof Map<?, ?> ? (Map<String, Object>) node : Map.of();
    }

    private static String uri(Map<String, Object> route) {
        return text(map(route.get("from")), "uri");
    }

    private static List<Map<String, Object>> parameters(Map<String, Object> node) {
        return node.get("parameters") instanceof List<?> list
                ? list.stream().map(RouteFilesTest::map).toList()
                : List.of();
    }

    private static Set<String> names(List<Map<String, Object>> parameters) {
        var names = new TreeSet<String>();
        parameters.forEach(each -> names.add(text(each, "name")));
        return names;
    }

    /** Those of providers, by id. */
    private static Map<String, Map<String, Object>> templates() throws IOException {
        var templates = new HashMap<String, Map<String, Object>>();
        nodes("routeTemplate").stream()
                .filter(each -> text(each, "id").startsWith("provider-"))
                .forEach(each -> templates.put(text(each, "id"), each));
        return templates;
    }

    private static List<Map<String, Object>> plainProviderRoutes() throws IOException {
        var inTemplates = templates().values().stream()
                .map(each -> map(each.get("route")).get("id"))
                .toList();
        var found = new ArrayList<Map<String, Object>>();
        for (var file : routeFiles()) {
            if (file.getNameCount() == 3 && !file.startsWith(ROUTES.resolve("api"))) {
                nodesOf(file, Set.of("route")).stream()
                        .filter(each -> !inTemplates.contains(each.get("id")))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static List<String> directs(List<Map<String, Object>> endpoints) {
        return endpoints.stream()
                .map(endpoint -> text(endpoint, "uri"))
                .filter(uri -> uri.startsWith("direct:"))
                .toList();
    }

    private static List<Path> routeFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROUTES)) {
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
        visit(content(file), (key, value) -> {
            if (kinds.contains(key)) {
                found.add(map(value));
            }
        });
        return found;
    }

    private static List<Object> values(Path file, String name) throws IOException {
        var found = new ArrayList<>();
        visit(content(file), (key, value) -> {
            if (key.equals(name)) {
                found.add(value);
            }
        });
        return found;
    }

    /** All that Kaoto draws: what begins, every step, and what catches. */
    private static List<Map<String, Object>> boxes(Path file) throws IOException {
        var found = new ArrayList<Map<String, Object>>();
        visit(content(file), (key, value) -> {
            if (OUTER.contains(key)) {
                found.add(map(value));
            } else if (key.equals("steps") && value instanceof List<?> steps) {
                steps.forEach(step -> map(step).values().forEach(each -> found.add(map(each))));
            } else if (key.equals("doCatch") && value instanceof List<?> catching) {
                catching.forEach(each -> found.add(map(each)));
            }
        });
        nodesOf(file, Set.of("templatedRoute"))
                .forEach(each ->
                        found.add(Map.of("id", text(each, "routeId"), "description", text(each, "routeTemplateRef"))));
        return found;
    }

    private static Object content(Path file) throws IOException {
        var yaml = new Load(LoadSettings.builder().setLabel(file.toString()).build());
        return Objects.requireNonNull(yaml.loadFromString(Files.readString(file)));
    }

    private interface Visitor {
        void visit(String key, Object value);
    }

    private static void visit(Object node, Visitor visitor) {
        if (node instanceof List<?> list) {
            list.forEach(each -> visit(each, visitor));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value != null) {
                    visitor.visit(String.valueOf(key), value);
                    visit(value, visitor);
                }
            });
        }
    }
}
