import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes run folders as texts that are the same for two runs of one program, so that {@code diff} finds what two programs do
 * differently. {@code java -cp 'LIB/*' Normal.java RULES RUNS TARGET}: every folder in RUNS that has a journal, into a folder
 * of the same name in TARGET. The rules are explained in their file.
 */
public final class Normal {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    public static void main(String[] args) throws IOException {
        Rules rules = Rules.read(Path.of(args[0]));
        for (Path run : list(Path.of(args[1]))) {
            if (Files.exists(run.resolve("journal.jsonl"))) {
                new Run(rules, run, Path.of(args[2]).resolve(run.getFileName())).write();
            }
        }
    }

    /** One run's folder and the folder of its texts. */
    record Run(Rules rules, Path folder, Path target) {
        void write() throws IOException {
            Files.createDirectories(target);
            for (String name : rules.of("copy")) {
                copy(name);
            }
            for (String rule : rules.of("rows")) {
                rows(rule);
            }
            for (String rule : rules.of("json")) {
                json(rule);
            }
            Files.write(target.resolve("files.txt"), names());
            Files.write(target.resolve("journal.txt"), new Journal(rules).told(lines(folder.resolve("journal.jsonl"))));
        }

        private void copy(String name) throws IOException {
            Path from = folder.resolve(name);
            for (Path file : Files.isDirectory(from) ? walk(from) : List.<Path>of()) {
                Path to = target.resolve(folder.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }

        private void rows(String rule) throws IOException {
            String[] parts = rule.split("[=|]", -1);
            String name = parts[0].strip();
            Set<String> dropped = words(parts[2]);
            var rows = new ArrayList<String>();
            for (String pattern : words(parts[1])) {
                for (Path file :
                        matching(pattern.replace("RUN", folder.getFileName().toString()))) {
                    for (String line : lines(file)) {
                        ObjectNode row = (ObjectNode) JSON.readTree(line);
                        row.remove(dropped);
                        rows.add(step(file) + rules.row(name, row.toString()));
                    }
                }
            }
            rows.sort(Comparator.naturalOrder());
            Files.write(target.resolve(name + ".txt"), rows);
        }

        /** The step whose rows a chunk's file holds. */
        private static String step(Path file) {
            String name = file.getFileName().toString();
            return file.getParent().getFileName().toString().startsWith("chunk_")
                    ? name.replaceFirst("_[a-z]+\\.jsonl$", " ")
                    : "";
        }

        /** Files by a pattern relative to the run's folder; what goes up begins above it. */
        private List<Path> matching(String pattern) throws IOException {
            boolean up = pattern.startsWith("../");
            Path base = up ? folder.getParent() : folder;
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + (up ? pattern.substring(3) : pattern));
            return walk(up ? base.resolve(".simulator") : base).stream()
                    .filter(file -> matcher.matches(base.relativize(file)))
                    .toList();
        }

        private void json(String rule) throws IOException {
            String[] parts = rule.split("\\|", -1);
            Path file = folder.resolve(parts[0].strip());
            if (Files.exists(file)) {
                JsonNode tree = JSON.readTree(file.toFile());
                words(parts[1]).forEach(path -> drop(tree, List.of(path.split("/"))));
                Object sorted = JSON.treeToValue(tree, Object.class);
                Files.writeString(
                        target.resolve(parts[0].strip().replaceFirst("^\\.", "") + ".txt"),
                        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(sorted) + "\n");
            }
        }

        private static void drop(JsonNode tree, List<String> path) {
            if (path.size() == 1 && tree instanceof ObjectNode object) {
                object.remove(path.get(0));
            } else if (path.get(0).equals("*")) {
                tree.forEach(child -> drop(child, path.subList(1, path.size())));
            } else if (tree.has(path.get(0))) {
                drop(tree.get(path.get(0)), path.subList(1, path.size()));
            }
        }

        private List<String> names() throws IOException {
            return walk(folder).stream()
                    .map(file -> rules.name(folder.relativize(file).toString()))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** The events of a journal: what was said of the run and of each unit, in this order; and sums. */
    static final class Journal {
        private final Rules rules;
        private final Map<String, List<String>> told = new TreeMap<>(Labels.ORDER);
        private final Map<String, ObjectNode> sums = new TreeMap<>();
        private final Map<String, List<Integer>> works = new HashMap<>();
        private final Labels labels = new Labels();

        Journal(Rules rules) {
            this.rules = rules;
        }

        List<String> told(List<String> lines) throws IOException {
            for (String line : lines) {
                event((ObjectNode) JSON.readTree(line));
            }
            var all = new ArrayList<String>();
            told.forEach((who, what) -> what.forEach(event -> all.add(who + " " + event)));
            for (var sum : sums.entrySet()) {
                all.add("sum " + sum.getKey() + " "
                        + JSON.writeValueAsString(JSON.treeToValue(sum.getValue(), Object.class)));
            }
            return all;
        }

        private void event(ObjectNode event) {
            String type = event.path("type").asText();
            if (rules.skipped.contains(type)) {
                return;
            }
            ObjectNode body = event.path("body") instanceof ObjectNode object ? object : JSON.createObjectNode();
            learn(type, body);
            List<Integer> ofWork = works.getOrDefault(body.path("work").asText(), List.of());
            ObjectNode rest = body.deepCopy();
            rest.remove(rules.dropped(type));
            add(type, rest);
            event.remove("body");
            event.remove(rules.dropped(type));
            if (rules.each.containsKey(type)) {
                rules.each.get(type).forEach(field -> rest.remove(List.of(field.split(":"))));
                rules.each.get(type).forEach(field -> eachUnit(field, body, event, rest));
            } else if (rules.byWork.contains(type)) {
                ofWork.forEach(unit -> tell(labels.of(unit), event + " " + rest));
            } else {
                tell("run", event + " " + rest);
            }
        }

        private void eachUnit(String rule, ObjectNode body, ObjectNode event, ObjectNode rest) {
            String[] fields = rule.split(":");
            List<Integer> units = Labels.units(body.path(fields[0]).asText());
            for (int i = 0; i < units.size(); i++) {
                String beside =
                        fields.length == 1 ? "" : " " + body.path(fields[1]).path(i);
                tell(labels.of(units.get(i)), event + " " + rest + " " + fields[0] + beside);
            }
        }

        private void tell(String who, String what) {
            told.computeIfAbsent(who, w -> new ArrayList<>()).add(what);
        }

        /** Which units a work has, and which numbers children get. */
        private void learn(String type, ObjectNode body) {
            switch (type) {
                case "RunCreated" -> labels.begin(
                        body.path("facts").path("units").asInt());
                case "WorkFormed" -> works.put(
                        body.path("work").asText(),
                        Labels.units(body.path("units").asText()));
                case "WorkSplit" -> body.path("parts")
                        .properties()
                        .forEach(part -> works.put(
                                part.getKey(), Labels.units(part.getValue().asText())));
                case "ChunkSettled" -> labels.born(
                        Labels.units(body.path("done").asText()), body.path("children"));
                default -> {}
            }
        }

        private void add(String type, ObjectNode rest) {
            List<String> fields = rules.summed.getOrDefault(type, List.of());
            ObjectNode part = rest.deepCopy();
            part.retain(fields);
            rest.remove(fields);
            if (!fields.isEmpty()) {
                ObjectNode alike = rest.deepCopy();
                rules.each.getOrDefault(type, List.of()).forEach(field -> alike.remove(List.of(field.split(":"))));
                plus(sums.computeIfAbsent(type + " " + alike, t -> JSON.createObjectNode()), part);
            }
        }

        private static void plus(ObjectNode sum, ObjectNode part) {
            part.properties().forEach(field -> {
                if (field.getValue() instanceof ObjectNode inner) {
                    plus(sum.withObjectProperty(field.getKey()), inner);
                } else {
                    sum.put(
                            field.getKey(),
                            sum.path(field.getKey()).asLong() + field.getValue().asLong());
                }
            });
        }
    }

    /** What units are called: the input's by their numbers, children by their parent's name and their place. */
    static final class Labels {
        /** Numbers by their size, the run before them. */
        static final Comparator<String> ORDER = Comparator.comparing(
                (String label) -> label.replaceAll("[0-9]+", "000000000$0").replaceAll("0*([0-9]{9})", "$1"));

        private final List<String> labels = new ArrayList<>();

        void begin(int units) {
            IntStream.range(0, units).forEach(unit -> labels.add("unit " + unit));
        }

        void born(List<Integer> parents, JsonNode counts) {
            for (int i = 0; i < counts.size(); i++) {
                String parent = of(parents.get(i));
                IntStream.range(0, counts.get(i).asInt()).forEach(place -> labels.add(parent + "." + place));
            }
        }

        String of(int unit) {
            return unit < labels.size() ? labels.get(unit) : "unit without parent " + unit;
        }

        /** The numbers of {@code 0-4,9}. */
        static List<Integer> units(String ranges) {
            return Stream.of(ranges.split(","))
                    .filter(range -> !range.isEmpty())
                    .flatMap(range -> {
                        String[] ends = range.split("-");
                        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                                .boxed();
                    })
                    .toList();
        }
    }

    /** What stands in {@code rules.txt}. */
    static final class Rules {
        private final List<String> lines;
        private final Set<String> dropped = new HashSet<>();
        private final Set<String> skipped = new HashSet<>();
        private final Set<String> byWork = new HashSet<>();
        private final Map<String, List<String>> each = new HashMap<>();
        private final Map<String, List<String>> summed = new HashMap<>();
        private final Map<String, String> names = new LinkedHashMap<>();

        private Rules(List<String> lines) {
            this.lines = lines;
        }

        static Rules read(Path file) {
            var rules = new Rules(Normal.lines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.startsWith("#"))
                    .toList());
            rules.of("event").forEach(rules::event);
            rules.of("name").forEach(rule -> rules.names.put(rule.split(" ")[0], rule.split(" ")[1]));
            return rules;
        }

        private void event(String rule) {
            List<String> words = List.of(rule.split(" +"));
            List<String> rest = words.subList(1, words.size());
            switch (words.get(0)) {
                case "drop" -> dropped.addAll(rest);
                case "skip" -> skipped.addAll(rest);
                case "work" -> byWork.addAll(rest);
                case "each" -> each.put(rest.get(0), rest.subList(1, rest.size()));
                case "sum" -> summed.put(rest.get(0), rest.subList(1, rest.size()));
                default -> throw new IllegalArgumentException("no such rule of events: " + rule);
            }
        }

        List<String> dropped(String type) {
            return dropped.stream()
                    .filter(field -> !field.contains(".") || field.startsWith(type + "."))
                    .map(field -> field.substring(field.indexOf('.') + 1))
                    .toList();
        }

        /** All rules of a kind, without its word. */
        List<String> of(String kind) {
            return lines.stream()
                    .filter(line -> line.startsWith(kind + " "))
                    .map(line -> line.substring(kind.length()).strip())
                    .toList();
        }

        /** A row with what the rules of its kind put for parts of it. */
        String row(String kind, String row) {
            String told = row;
            for (String rule : of("text " + kind)) {
                String[] words = rule.split(" ");
                told = told.replaceAll(words[0], words[1]);
            }
            return told;
        }

        String name(String file) {
            String name = file;
            for (var rule : names.entrySet()) {
                name = name.replaceAll(rule.getKey(), rule.getValue());
            }
            return name;
        }
    }

    private static Set<String> words(String text) {
        return Stream.of(text.strip().split(" +"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    private static List<Path> walk(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
