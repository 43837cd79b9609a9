package dev.caravan.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** A folder in which runs lie, each in a folder of its own. */
public record RunsFolder(Path root) {

    /** All runs by their names; what is none is passed over, and what begins with a dot is not looked at. */
    public List<RunFolder> all() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(root)) {
            return all.filter(each -> !String.valueOf(each.getFileName()).startsWith("."))
                    .map(RunFolder::new)
                    .filter(each -> Files.exists(each.journal()))
                    .sorted(Comparator.comparing(RunFolder::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    /** All runs, those whose journal was written last first. */
    public List<RunFolder> newest() {
        return all().stream().sorted(newestFirst(RunFolder::journal)).toList();
    }

    /** Orders runs by when one of their files was written. */
    public static Comparator<RunFolder> newestFirst(Function<RunFolder, Path> file) {
        return Comparator.comparing((RunFolder each) -> written(file.apply(each)))
                .reversed();
    }

    private static long written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
