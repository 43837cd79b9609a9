package dev.caravan.app;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Finds in files of routes what Camel names no place of or passes over: an id that stands twice, where the second route
 * or template would take the first one's place; and routes from a template that is not there, or with other parameters
 * than it has.
 */
final class RouteFileCheck {
    /** The parameters of a template, and whether each must be given. */
    private final Map<String, Map<String, Boolean>> templates = new TreeMap<>();

    private final Map<Id, List<Place>> claims = new LinkedHashMap<>();
    private final Problems problems = new Problems("routes");

    /** @param what routes or templates: both may have the same */
    private record Id(String id, String what) {}

    private record Place(String file, String place) {}

    /**
     * @param all files of routes that are read, among which ids are looked for
     * @param files whose uses of templates are checked
     * @param home from where the installation's files are called
     */
    static Optional<NotReadyException> in(List<Resource> all, List<Resource> files, Path home) {
        var check = new RouteFileCheck();
        for (Resource each : all) {
            String file = path(home, each.getLocation());
            values(each, "route").forEach(route -> check.claim(file, value(route, "id"), "routes"));
            values(each, "templatedRoute").forEach(route -> check.claim(file, value(route, "routeId"), "routes"));
            values(each, "routeTemplate").forEach(template -> check.learn(file, template));
        }
        for (Resource each : files) {
            String file = path(home, each.getLocation());
            values(each, "templatedRoute").forEach(route -> check.check(file, route));
        }
        check.tellTwins();
        return check.problems.any() ? Optional.of(new NotReadyException(check.problems)) : Optional.empty();
    }

    private void claim(String file, @Nullable Node id, String what) {
        if (id != null) {
            claims.computeIfAbsent(new Id(text(id), what), any -> new ArrayList<>())
                    .add(new Place(file, place(id)));
        }
    }

    private void tellTwins() {
        claims.forEach((id, places) -> {
            if (places.size() > 1) {
                String words = "the id " + id.id() + " is given to two " + id.what() + "; call yours otherwise";
                places.forEach(each -> problems.at(each.file(), each.place(), words));
            }
        });
    }

    private void learn(String file, MappingNode template) {
        claim(file, value(template, "id"), "templates");
        var parameters = new TreeMap<String, Boolean>();
        for (MappingNode each : maps(value(template, "parameters"))) {
            boolean optional = value(each, "defaultValue") != null || "false".equals(text(value(each, "required")));
            parameters.put(text(value(each, "name")), !optional);
        }
        templates.put(text(value(template, "id")), parameters);
    }

    private void check(String file, MappingNode route) {
        String name = text(value(route, "routeTemplateRef"));
        String place = place(route) + ", route " + text(value(route, "routeId"));
        Map<String, Boolean> known = templates.get(name);
        if (known == null) {
            problems.at(file, place, "there is no template '" + name + "'" + instead(name, templates.keySet()));
            return;
        }
        var given = new TreeSet<String>();
        for (MappingNode each : maps(value(route, "parameters"))) {
            String parameter = text(value(each, "name"));
            given.add(parameter);
            if (!known.containsKey(parameter)) {
                String words = "the template " + name + " has no parameter '" + parameter + "'";
                problems.at(file, place(each), words + instead(parameter, known.keySet()));
            }
        }
        var missing = new TreeSet<String>();
        known.forEach((parameter, required) -> {
            if (required && !given.contains(parameter)) {
                missing.add(parameter);
            }
        });
        if (!missing.isEmpty()) {
            problems.at(file, place, "the template " + name + " needs " + String.join(", ", missing));
        }
    }

    private static String instead(String wrong, Set<String> known) {
        return "; "
                + Problems.nearest(wrong, known)
                        .map(each -> "did you mean '" + each + "'?")
                        .orElse("there are " + String.join(", ", known));
    }

    private static String place(Node node) {
        return node.getStartMark().map(mark -> "line " + (mark.getLine() + 1)).orElse("");
    }

    /** What stands under a name at the top of a file; nothing of a file that is no YAML, which is told elsewhere. */
    private static List<MappingNode> values(Resource file, String name) {
        var found = new ArrayList<MappingNode>();
        try (InputStream in = file.getInputStream()) {
            new Compose(LoadSettings.builder().setLabel(file.getLocation()).build())
                    .composeInputStream(in)
                    .ifPresent(top -> maps(top).forEach(each -> {
                        if (value(each, name) instanceof MappingNode map) {
                            found.add(map);
                        }
                    }));
        } catch (YamlEngineException | IOException e) {
            return List.of();
        }
        return found;
    }

    private static List<MappingNode> maps(@Nullable Node node) {
        return node instanceof SequenceNode list
                ? list.getValue().stream()
                        .filter(MappingNode.class::isInstance)
                        .map(MappingNode.class::cast)
                        .toList()
                : List.of();
    }

    private static @Nullable Node value(MappingNode map, String name) {
        for (NodeTuple each : map.getValue()) {
            if (text(each.getKeyNode()).equals(name)) {
                return each.getValueNode();
            }
        }
        return null;
    }

    private static String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** How a file of routes is shown that Camel calls by its location. */
    static String path(Path home, String location) {
        String name = location.replaceFirst("^file:", "");
        return home.toAbsolutePath().normalize().resolve(name).toString();
    }
}
