package dev.caravan.extension;

import dev.caravan.base.Sha256;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of an operator's {@code routes/} and {@code lib/} that would be read, by their names below his working
 * folder, and the SHA-256 over names and bytes of them all.
 */
public record OwnFiles(Path folder, List<String> names, String digest) {
    static final String ROUTES = "routes";
    static final String LIB = "lib";
    /** Ends the name of a file of routes. */
    static final String ROUTE_FILE = ".camel.yaml";

    /** How the names of files end that are read in {@code routes/}. */
    private static final List<String> READ_ROUTES = List.of(ROUTE_FILE, ".jslt", "/plain-row.json");

    private static final int DEEPEST = 2;

    static OwnFiles of(Path folder) {
        var names = new ArrayList<String>();
        names.addAll(files(folder, ROUTES, DEEPEST));
        names.addAll(files(folder, LIB, 1));
        return new OwnFiles(folder, List.copyOf(names), digest(folder, names));
    }

    private static List<String> files(Path folder, String part, int depth) {
        Path root = folder.resolve(part);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root, depth, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .map(each -> folder.relativize(each).toString().replace('\\', '/'))
                    .filter(OwnFiles::isRead)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    private static boolean isRead(String name) {
        return name.startsWith(LIB + "/")
                ? name.endsWith(".jar")
                : READ_ROUTES.stream().anyMatch(name::endsWith);
    }

    private static String digest(Path folder, List<String> names) {
        try {
            // No pipeline's content comes to the same.
            var digest = new Sha256().add("routes and lib\n");
            for (String each : names) {
                Path file = folder.resolve(each);
                digest.add(each + "\n" + Files.size(file) + "\n").add(file);
            }
            return digest.hex();
        } catch (IOException e) {
            throw new UserMistakeException(folder.toString(), "", "routes/ and lib/ cannot be read: " + e.getMessage());
        }
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Names directly in {@code routes/}, of files and of folders with files that are read. */
    SortedSet<String> namesInRoutes() {
        var found = new TreeSet<String>();
        names.stream().filter(each -> each.startsWith(ROUTES + "/")).forEach(each -> found.add(each.split("/", -1)[1]));
        return found;
    }

    /** Files of routes, in their order. */
    List<Path> routeFiles() {
        return names.stream()
                .filter(each -> each.endsWith(ROUTE_FILE))
                .map(folder::resolve)
                .toList();
    }

    List<Path> jars() {
        return names.stream()
                .filter(each -> each.startsWith(LIB + "/"))
                .map(folder::resolve)
                .toList();
    }

    /** How many of which. */
    public String words() {
        long jars = jars().size();
        long routes = names.size() - jars;
        String mine = routes == 0 ? "" : count(routes, "file") + " of " + folder.resolve(ROUTES);
        String libraries = jars == 0 ? "" : count(jars, "jar") + " of " + folder.resolve(LIB);
        return mine.isEmpty() || libraries.isEmpty() ? mine + libraries : mine + " and " + libraries;
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
