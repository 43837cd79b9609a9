import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.InstanceOfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/**
 * Measures the shape of a checkout and prints it as a table, by the compiler's own parser; nothing is resolved or built.
 *
 * <p>{@code java Shape.java [--list] [NAME=]ROOT …}: one column for each folder. {@code --list} names what the last folder's
 * figures count: long and branching methods, ladders, rings, one-word types, types that nobody imports.
 *
 * <p>What is counted, in {@code src/main/java} where nothing else is said:
 *
 * <ul>
 *   <li>Files: all, {@code package-info.java} too. Lines: all, blank and comment too.
 *   <li>A method: whatever has a body and is declared in a type of any kind, nested and anonymous ones too; constructors
 *       count, lambdas and initialisers do not. Its lines: from its first annotation or modifier to its closing brace.
 *   <li>Cyclomatic: one, and one for each if, loop, conditional expression, catch, {@code &&}, {@code ||} and each case
 *       that is not the default, however many labels it has. What stands in a lambda counts for the method around it, what
 *       stands in an anonymous class for that class's own methods.
 *   <li>Top types: those that are declared at the top of a file, {@code package-info} is none. Their lines: from the first
 *       annotation or modifier to the closing brace. Package-private: without {@code public}. Types a package: over the
 *       packages that have any.
 *   <li>One word: the name of a top type with one capital letter that begins a word; a row of capitals is one word.
 *   <li>Method names: of all methods, those without a body too, constructors not.
 *   <li>Line comments: each {@code //} outside of texts and other comments. Javadoc lines: each line that a comment with two
 *       stars touches.
 *   <li>Final fields: the share of the fields that are neither static nor components of records. Components: all.
 *   <li>Test lines: {@code src/test/java}; by lines of main. {@code src/conformance/java} apart.
 *   <li>Parameters: of the methods with a body that are no constructors the share that has more than four, and the widest;
 *       the widest constructor, compact ones of records left out; the four widest records.
 *   <li>A ladder: a method that asks three times or more by {@code instanceof} for the kind of the same value, that is of
 *       the same expression as written. Also all {@code instanceof} there are.
 *   <li>A ring: top types of one package of which each uses, over others, each other (a strongly connected component of
 *       more than one). A use is the type's simple name or a static import out of it. What is reached only by calls
 *       in a chain is not seen, and a name in a doc comment is none.
 *   <li>Provider routes: lines of YAML in {@code routes/http}, and in the folders of {@code routes} that hold JSLT; of all.
 *   <li>Tests of app: files of {@code src/test/java} in the package {@code app} or one below it, by all files there.
 *   <li>Nobody imports: public top types that no file of another package of main imports or names in full, and how many of
 *       these a YAML route names.
 * </ul>
 *
 * <p>Percentiles are nearest-rank.
 *
 * <p>Held against the first reading of commit d66fe8c by another program, which read byte code for the rings, every figure
 * comes out the same but four: 86 methods over a cyclomatic 10 instead of 89, 13 types a package instead of 14, 79 lines of
 * Javadoc instead of 78, and one type more in the rings of expression and execution.
 */
public final class Shape {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEST = Path.of("src/test/java");
    private static final Path CONFORMANCE = Path.of("src/conformance/java");
    private static final int LADDER = 3;

    public static void main(String[] args) throws IOException {
        List<String> roots = new ArrayList<>(List.of(args));
        boolean list = roots.remove("--list");
        if (roots.isEmpty()) {
            roots.add(".");
        }
        Map<String, Checkout> columns = new LinkedHashMap<>();
        for (String root : roots) {
            int equals = root.indexOf('=');
            columns.put(root.substring(0, Math.max(0, equals)), Checkout.read(Path.of(root.substring(equals + 1))));
        }
        printTable(columns);
        if (list) {
            new Names(List.copyOf(columns.values()).get(columns.size() - 1)).print();
        }
    }

    private static void printTable(Map<String, Checkout> columns) {
        System.out.println(
                "| |" + columns.keySet().stream().map(name -> " " + name + " |").collect(Collectors.joining()));
        System.out.println("|---|" + "---|".repeat(columns.size()));
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (Checkout checkout : columns.values()) {
            new Table(checkout).rows().forEach((name, value) -> rows.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(value));
        }
        rows.forEach((name, values) -> System.out.println("| " + name + " | " + String.join(" | ", values) + " |"));
    }

    /** What one checkout holds. */
    record Checkout(Path root, List<Source> main, List<TopType> types, List<Method> methods, Members members) {
        static Checkout read(Path root) throws IOException {
            List<Source> main = Parser.parse(files(root.resolve(MAIN), ".java"));
            var types = new ArrayList<TopType>();
            var methods = new ArrayList<Method>();
            var members = new Members();
            for (Source source : main) {
                source.topTypes().forEach(types::add);
                new MemberScanner(source, methods, members).scan(source.unit(), null);
            }
            return new Checkout(root, main, types, methods, members);
        }

        int lines() {
            return main.stream().mapToInt(Source::lines).sum();
        }
    }

    /** The rows of the table, each from the definition of the same name. */
    record Table(Checkout checkout) {
        Map<String, String> rows() {
            Map<String, String> rows = new LinkedHashMap<>();
            rows.put("files / k lines", "%d / %.1f".formatted(checkout.main().size(), checkout.lines() / 1000.0));
            methods(rows);
            types(rows);
            comments(rows);
            fields(rows);
            couplings(rows);
            surroundings(rows);
            return rows;
        }

        private void methods(Map<String, String> rows) {
            List<Method> all = withBody(method -> true);
            List<Method> outside = withBody(method -> !method.source().inPackage("expression"));
            rows.put("methods: lines, median/p90/p99/max", spread(all, Method::lines, 50, 90, 99, 100));
            rows.put("… outside `expression`", spread(outside, Method::lines, 50, 90, 99, 100));
            rows.put(
                    "methods > 40 / > 25 lines",
                    "%s / %s".formatted(share(all, m -> m.lines() > 40), share(all, m -> m.lines() > 25)));
            rows.put(
                    "cyclomatic: p90; count > 10",
                    spread(all, Method::paths, 90) + "; " + count(all, Method::branches));
        }

        private void types(Map<String, String> rows) {
            List<TopType> types = checkout.types();
            Collection<Long> rooms = types.stream()
                    .collect(Collectors.groupingBy(type -> type.source().packageName(), Collectors.counting()))
                    .values();
            rows.put("top types: lines, median/p90/max", spread(types, TopType::lines, 50, 90, 100));
            rows.put("package-private top types", share(types, type -> !type.isPublic()));
            rows.put("types a package, median/max", spread(rooms, Long::intValue, 50, 100));
            rows.put("one-word type names", share(types, TopType::isOneWord));
            rows.put(
                    "method names: letters, median",
                    spread(
                            checkout.methods().stream()
                                    .filter(m -> !m.isConstructor())
                                    .toList(),
                            m -> m.name().length(),
                            50));
        }

        private void comments(Map<String, String> rows) {
            List<Comments> comments = checkout.main().stream()
                    .map(source -> Comments.in(source.text()))
                    .toList();
            rows.put(
                    "`//` comments per k lines",
                    perThousand(comments.stream().mapToInt(Comments::line).sum()));
            rows.put(
                    "Javadoc lines per k lines",
                    perThousand(comments.stream().mapToInt(Comments::doc).sum()));
        }

        private void fields(Map<String, String> rows) {
            Members members = checkout.members();
            List<Method> named = withBody(method -> !method.isConstructor());
            List<Method> constructors = withBody(Method::isConstructor);
            rows.put(
                    "final instance fields + record components",
                    "%s + %d".formatted(percent(members.finalFields, members.fields), members.components()));
            rows.put(
                    "parameters > 4; widest method; constructor; records",
                    "%s; %s; %s; %s"
                            .formatted(
                                    share(named, Method::isWide),
                                    spread(named, Method::parameters, 100),
                                    spread(constructors, Method::parameters, 100),
                                    members.widest(4)));
        }

        private void couplings(Map<String, String> rows) {
            List<Method> ladders = withBody(Method::isLadder);
            List<Set<String>> rings = Rings.of(checkout.main());
            rows.put(
                    "`instanceof` ladders; all `instanceof`",
                    ladders.size() + "; "
                            + checkout.methods().stream()
                                    .mapToInt(Method::questions)
                                    .sum());
            rows.put(
                    "rings: count; types in them; largest",
                    "%d; %d; %s"
                            .formatted(
                                    rings.size(),
                                    rings.stream().mapToInt(Set::size).sum(),
                                    Rings.largest(rings, 5)));
        }

        private void surroundings(Map<String, String> rows) {
            List<Path> tests = files(checkout.root().resolve(TEST), ".java");
            int testLines = lines(tests);
            int conformance = lines(files(checkout.root().resolve(CONFORMANCE), ".java"));
            rows.put(
                    "test : main lines (+ conformance)",
                    "%.2f (+ %.1f k)".formatted(testLines / (double) checkout.lines(), conformance / 1000.0));
            rows.put(
                    "test files in `app`",
                    share(tests, file -> file.toString().contains("/caravan/app/")) + " of " + tests.size());
            var routes = new Routes(checkout.root().resolve("routes"));
            rows.put("route lines: http + providers, of all", routes.told());
            List<TopType> alone = Imports.unused(checkout);
            rows.put(
                    "public types that nobody imports; of these beans of routes",
                    alone.size() + "; " + count(alone, routes::name));
        }

        private List<Method> withBody(Predicate<Method> which) {
            return checkout.methods().stream()
                    .filter(Method::hasBody)
                    .filter(which)
                    .toList();
        }

        private String perThousand(int count) {
            return number(1000.0 * count / checkout.lines());
        }
    }

    /** The names behind the figures. */
    record Names(Checkout checkout) {
        void print() {
            List<Method> methods =
                    checkout.methods().stream().filter(Method::hasBody).toList();
            print("methods over 25 lines", methods, m -> m.lines() > 25, Method::lines);
            print("cyclomatic over 10", methods, Method::branches, Method::paths);
            print("parameters over 4", methods, Method::isWide, Method::parameters);
            print("ladders", methods, Method::isLadder, Method::questions);
            print(
                    "one-word types",
                    checkout.types().stream().filter(TopType::isOneWord).map(TopType::qualifiedName));
            print("nobody imports", Imports.unused(checkout).stream().map(TopType::qualifiedName));
            print("rings", Rings.of(checkout.main()).stream().map(ring -> ring.size() + ": " + String.join(" ", ring)));
        }

        private static void print(
                String title, List<Method> methods, Predicate<Method> which, ToIntFunction<Method> size) {
            print(
                    title,
                    methods.stream()
                            .filter(which)
                            .sorted(Comparator.comparingInt(size).reversed())
                            .map(method -> size.applyAsInt(method) + " " + method.place()));
        }

        private static void print(String title, Stream<String> lines) {
            System.out.println("\n" + title);
            lines.forEach(line -> System.out.println("  " + line));
        }
    }

    /** A file of main, parsed. */
    record Source(String text, CompilationUnitTree unit, SourcePositions positions) {
        String packageName() {
            return String.valueOf(unit.getPackageName());
        }

        boolean inPackage(String last) {
            return packageName().endsWith("." + last);
        }

        int lines() {
            return (int) text.lines().count();
        }

        int lines(Tree tree) {
            return line(positions.getEndPosition(unit, tree)) - line(positions.getStartPosition(unit, tree)) + 1;
        }

        int line(long position) {
            return (int) unit.getLineMap().getLineNumber(position);
        }

        Stream<TopType> topTypes() {
            return unit.getTypeDecls().stream()
                    .filter(ClassTree.class::isInstance)
                    .map(type -> new TopType(this, (ClassTree) type));
        }
    }

    /** A type that is declared at the top of a file. */
    record TopType(Source source, ClassTree tree) {
        String name() {
            return tree.getSimpleName().toString();
        }

        String qualifiedName() {
            return source.packageName() + "." + name();
        }

        int lines() {
            return source.lines(tree);
        }

        boolean isPublic() {
            return tree.getModifiers().getFlags().contains(Modifier.PUBLIC);
        }

        boolean isOneWord() {
            return name().split("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])").length == 1;
        }
    }

    /** A method or constructor and what was counted in it. */
    record Method(Source source, String type, MethodTree tree, int lines, int paths, Map<String, Integer> asked) {
        String name() {
            return tree.getName().toString();
        }

        boolean hasBody() {
            return tree.getBody() != null;
        }

        boolean isConstructor() {
            return name().equals("<init>");
        }

        boolean branches() {
            return paths > 10;
        }

        /** None of a compact constructor: the parser gives it the components, which stand before it. */
        int parameters() {
            return (int) tree.getParameters().stream()
                    .filter(parameter -> start(parameter) >= start(tree))
                    .count();
        }

        private long start(Tree part) {
            return source.positions().getStartPosition(source.unit(), part);
        }

        boolean isWide() {
            return parameters() > 4;
        }

        boolean isLadder() {
            return asked.values().stream().anyMatch(times -> times >= LADDER);
        }

        int questions() {
            return asked.values().stream().mapToInt(Integer::intValue).sum();
        }

        String place() {
            return source.packageName() + "." + type + "." + name() + ":" + source.line(start(tree));
        }
    }

    /** Counts of fields and components. */
    static final class Members {
        private int fields;
        private int finalFields;
        private final List<Integer> records = new ArrayList<>();

        int components() {
            return records.stream().mapToInt(Integer::intValue).sum();
        }

        String widest(int howMany) {
            return records.stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(howMany)
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
        }

        void addField(Set<Modifier> flags) {
            if (!flags.contains(Modifier.STATIC)) {
                fields++;
                finalFields += flags.contains(Modifier.FINAL) ? 1 : 0;
            }
        }
    }

    static final class Parser {
        private Parser() {}

        static List<Source> parse(List<Path> files) throws IOException {
            var compiler = ToolProvider.getSystemJavaCompiler();
            try (var manager = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
                var task = (JavacTask) compiler.getTask(
                        null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
                SourcePositions positions = Trees.instance(task).getSourcePositions();
                var sources = new ArrayList<Source>();
                for (CompilationUnitTree unit : task.parse()) {
                    sources.add(new Source(read(Path.of(unit.getSourceFile().toUri())), unit, positions));
                }
                return sources;
            }
        }
    }

    /** Goes through a file and counts its methods, fields and components. */
    static final class MemberScanner extends TreeScanner<Void, Void> {
        private final Source source;
        private final List<Method> methods;
        private final Members members;
        private final Deque<String> types = new ArrayDeque<>();

        MemberScanner(Source source, List<Method> methods, Members members) {
            this.source = source;
            this.methods = methods;
            this.members = members;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            var fields = type.getMembers().stream()
                    .filter(VariableTree.class::isInstance)
                    .map(field -> ((VariableTree) field).getModifiers().getFlags())
                    .toList();
            switch (type.getKind()) {
                case RECORD -> members.records.add((int) fields.stream()
                        .filter(flags -> !flags.contains(Modifier.STATIC))
                        .count());
                case CLASS, ENUM -> fields.forEach(members::addField);
                default -> {}
            }
            types.push(type.getSimpleName().toString());
            super.visitClass(type, nothing);
            types.pop();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            var body = new BodyScanner();
            body.scan(method.getBody(), null);
            methods.add(new Method(source, types.peek(), method, source.lines(method), body.paths, body.asked));
            return super.visitMethod(method, nothing);
        }
    }

    /** Counts the paths through a body and whose kind it asks for. */
    static final class BodyScanner extends TreeScanner<Void, Void> {
        private static final Set<Tree.Kind> BRANCHES = EnumSet.of(
                Tree.Kind.IF,
                Tree.Kind.FOR_LOOP,
                Tree.Kind.ENHANCED_FOR_LOOP,
                Tree.Kind.WHILE_LOOP,
                Tree.Kind.DO_WHILE_LOOP,
                Tree.Kind.CONDITIONAL_EXPRESSION,
                Tree.Kind.CATCH,
                Tree.Kind.CONDITIONAL_AND,
                Tree.Kind.CONDITIONAL_OR);

        private int paths = 1;
        private final Map<String, Integer> asked = new TreeMap<>();

        @Override
        public Void visitClass(ClassTree anonymous, Void nothing) {
            return null;
        }

        @Override
        public Void scan(Tree tree, Void nothing) {
            if (tree != null && BRANCHES.contains(tree.getKind())) {
                paths++;
            }
            return super.scan(tree, nothing);
        }

        @Override
        public Void visitCase(CaseTree tree, Void nothing) {
            paths += tree.getExpressions().isEmpty() ? 0 : 1;
            return super.visitCase(tree, nothing);
        }

        @Override
        public Void visitInstanceOf(InstanceOfTree tree, Void nothing) {
            asked.merge(tree.getExpression().toString(), 1, Integer::sum);
            return super.visitInstanceOf(tree, nothing);
        }
    }

    /** How many line comments and lines of doc comments a text has. */
    record Comments(int line, int doc) {
        static Comments in(String text) {
            int line = 0;
            int doc = 0;
            int at = 0;
            while (at < text.length()) {
                int end = end(text, at);
                if (text.startsWith("//", at)) {
                    line++;
                } else if (text.startsWith("/**", at)) {
                    doc += (int) text.substring(at, end).lines().count();
                }
                at = end;
            }
            return new Comments(line, doc);
        }

        /** Where that ends which begins here: a comment, a text, a character. */
        private static int end(String text, int at) {
            if (text.startsWith("//", at)) {
                return after(text, "\n", at);
            } else if (text.startsWith("/*", at)) {
                return after(text, "*/", at + 2);
            } else if (text.startsWith("\"\"\"", at)) {
                return afterQuote(text, "\"\"\"", at + 3);
            } else if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
                return afterQuote(text, text.substring(at, at + 1), at + 1);
            }
            return at + 1;
        }

        private static int after(String text, String mark, int from) {
            int found = text.indexOf(mark, from);
            return found < 0 ? text.length() : found + mark.length();
        }

        private static int afterQuote(String text, String quote, int from) {
            int at = from;
            while (at < text.length() && !text.startsWith(quote, at)) {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            return Math.min(text.length(), at + quote.length());
        }
    }

    /** Top types of one package that use each other. */
    static final class Rings {
        private final Map<String, Set<String>> uses;

        private Rings(Map<String, Set<String>> uses) {
            this.uses = uses;
        }

        static List<Set<String>> of(List<Source> sources) {
            Map<String, List<Source>> packages = sources.stream()
                    .collect(Collectors.groupingBy(Source::packageName, TreeMap::new, Collectors.toList()));
            return packages.values().stream()
                    .flatMap(files -> new Rings(uses(files)).find().stream())
                    .sorted(Comparator.comparingInt((Set<String> ring) -> ring.size())
                            .reversed())
                    .toList();
        }

        static String largest(List<Set<String>> rings, int howMany) {
            return rings.stream()
                    .limit(howMany)
                    .map(ring -> room(ring) + " " + ring.size())
                    .collect(Collectors.joining(", "));
        }

        private static String room(Set<String> ring) {
            String[] parts = ring.iterator().next().split("\\.");
            return parts[parts.length - 2];
        }

        private static Map<String, Set<String>> uses(List<Source> files) {
            Map<String, String> ofPackage = new HashMap<>();
            files.stream().flatMap(Source::topTypes).forEach(type -> ofPackage.put(type.name(), type.qualifiedName()));
            Map<String, Set<String>> uses = new TreeMap<>();
            files.stream()
                    .flatMap(Source::topTypes)
                    .forEach(type -> uses.put(type.qualifiedName(), used(type, ofPackage)));
            return uses;
        }

        private static Set<String> used(TopType type, Map<String, String> ofPackage) {
            var used = new TreeSet<String>();
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitIdentifier(IdentifierTree tree, Void nothing) {
                    String name = ofPackage.get(tree.getName().toString());
                    if (name != null) {
                        used.add(name);
                    }
                    return null;
                }
            }.scan(type.tree(), null);
            for (ImportTree tree : type.source().unit().getImports()) {
                ofPackage.values().stream()
                        .filter(name -> Imports.from(tree, name))
                        .forEach(used::add);
            }
            used.remove(type.qualifiedName());
            return used;
        }

        private List<Set<String>> find() {
            Map<String, Set<String>> reached = new TreeMap<>();
            uses.keySet().forEach(type -> reached.put(type, reach(type)));
            var rings = new ArrayList<Set<String>>();
            var seen = new HashSet<String>();
            for (String type : uses.keySet()) {
                Set<String> ring = reached.get(type).stream()
                        .filter(other -> reached.get(other).contains(type))
                        .collect(Collectors.toCollection(TreeSet::new));
                if (ring.size() > 1 && seen.add(ring.iterator().next())) {
                    rings.add(ring);
                }
            }
            return rings;
        }

        private Set<String> reach(String from) {
            var reached = new HashSet<String>();
            var open = new ArrayDeque<>(uses.get(from));
            while (!open.isEmpty()) {
                String next = open.pop();
                if (reached.add(next)) {
                    open.addAll(uses.get(next));
                }
            }
            return reached;
        }
    }

    static final class Imports {
        private Imports() {}

        static boolean from(ImportTree tree, String type) {
            String imported = tree.getQualifiedIdentifier().toString();
            return imported.equals(type) || imported.startsWith(type + ".");
        }

        /** Public top types that no other package of main names. */
        static List<TopType> unused(Checkout checkout) {
            return checkout.types().stream()
                    .filter(TopType::isPublic)
                    .filter(type -> checkout.main().stream().noneMatch(source -> names(source, type)))
                    .toList();
        }

        private static boolean names(Source source, TopType type) {
            return !source.packageName().equals(type.source().packageName())
                    && source.text().contains(type.qualifiedName())
                    && source.text().matches("(?s).*\\b" + type.qualifiedName().replace(".", "\\.") + "\\b.*");
        }
    }

    /** The YAML routes of a checkout. */
    record Routes(Path folder) {
        String told() {
            return "%d + %d of %d"
                    .formatted(
                            lines(files(folder.resolve("http"), ".yaml")),
                            lines(providers()),
                            lines(files(folder, ".yaml")));
        }

        /** By the name under which beans are bound: the type's with a small first letter. */
        boolean name(TopType type) {
            return beans().contains(Character.toLowerCase(type.name().charAt(0))
                    + type.name().substring(1));
        }

        private Set<String> beans() {
            return files(folder, ".yaml").stream()
                    .flatMap(file -> read(file).lines())
                    .map(String::strip)
                    .filter(line -> line.startsWith("ref: "))
                    .map(line -> line.substring("ref: ".length()))
                    .collect(Collectors.toSet());
        }

        private List<Path> providers() {
            Set<Path> folders =
                    files(folder, ".jslt").stream().map(Path::getParent).collect(Collectors.toSet());
            return files(folder, ".yaml").stream()
                    .filter(file -> folders.contains(file.getParent()))
                    .toList();
        }
    }

    private static <T> String spread(Collection<T> all, ToIntFunction<T> size, int... percentiles) {
        int[] sorted = all.stream().mapToInt(size).sorted().toArray();
        return IntStream.of(percentiles)
                .mapToObj(p -> sorted.length == 0
                        ? "–"
                        : String.valueOf(sorted[Math.max(0, (int) Math.ceil(p / 100.0 * sorted.length) - 1)]))
                .collect(Collectors.joining("/"));
    }

    private static <T> String share(Collection<T> all, Predicate<T> which) {
        return percent(count(all, which), all.size());
    }

    private static <T> int count(Collection<T> all, Predicate<T> which) {
        return (int) all.stream().filter(which).count();
    }

    private static String percent(int part, int whole) {
        return whole == 0 ? "–" : number(100.0 * part / whole) + " %";
    }

    private static String number(double value) {
        return value < 10 ? "%.1f".formatted(value) : String.valueOf(Math.round(value));
    }

    private static List<Path> files(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lines(List<Path> files) {
        return files.stream().mapToInt(file -> (int) read(file).lines().count()).sum();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
