package dev.caravan.cli;

import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the folder that a person means by what stands on a command line: a path that is there wins over a name, so that
 * {@code .} is where one is.
 */
final class PipelineArgument {
    private PipelineArgument() {}

    /** @param shelves the folders in which pipelines are found by name, the first ones first */
    static Path find(String said, List<Path> shelves) {
        Optional<Path> path = folder(said);
        if (path.isPresent() && WorkingFolder.isPipeline(path.get())) {
            return path.get();
        }
        for (Path each : shelves) {
            Optional<Path> named = isName(said) ? folder(each.resolve(said).toString()) : Optional.empty();
            if (named.isPresent()) {
                return named.get();
            }
        }
        return path.orElseThrow(() -> unknown(said, shelves));
    }

    /** The name of a pipeline that was given by its name or its path. */
    static String name(String said) {
        return folder(said)
                .filter(WorkingFolder::isPipeline)
                .map(each -> String.valueOf(each.toAbsolutePath().getFileName()))
                .orElse(said);
    }

    /** What is there by a path, under a name of its own: runs are called after it. */
    private static Optional<Path> folder(String said) {
        try {
            Path path = Path.of(said);
            if (Files.isRegularFile(path) && path.endsWith(WorkingFolder.CONFIG)) {
                path = Path.of(said).resolveSibling("");
            } else if (said.isEmpty() || !Files.isDirectory(path)) {
                return Optional.empty();
            }
            Path last = path.normalize().getFileName();
            boolean nameless = last == null || last.toString().isEmpty() || last.endsWith("..");
            return Optional.of(nameless ? path.toRealPath() : path.normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + said, e);
        }
    }

    /** Whether it may be looked up in a shelf: it leads nowhere else. */
    private static boolean isName(String said) {
        try {
            Path path = Path.of(said);
            return !path.isAbsolute() && !said.isEmpty() && path.normalize().equals(path) && !path.startsWith("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static UserMistakeException unknown(String said, List<Path> shelves) {
        var known = new TreeSet<String>();
        for (Path each : shelves) {
            if (Files.isDirectory(each)) {
                known.addAll(NamedFolders.in(each));
            }
        }
        return new UserMistakeException(
                isName(said) ? "pipelines/" + said : said,
                "",
                "there is no such pipeline; " + Problems.suggestion(said, known));
    }
}
