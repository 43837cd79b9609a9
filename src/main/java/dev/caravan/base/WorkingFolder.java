package dev.caravan.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator works: the folder of {@code runs/}, {@code pipelines/}, {@code .env} and {@code models.yaml}. It is
 * the one the program is started in, but never a pipeline's own, for those are written by strangers: from inside one, it
 * is the folder that the pipeline was put into.
 */
public final class WorkingFolder {
    /** Marks a pipeline's folder. */
    public static final String CONFIG = "config.yaml";

    /** What decides where calls and keys go, and which code runs. */
    public static final List<String> OPERATORS = List.of(".env", "models.yaml", "routes", "lib");

    private static final Path STARTED = Path.of("");

    /** Found once: a config.yaml that appears later must not move what a process works at. */
    private static volatile @Nullable Path found;

    private WorkingFolder() {}

    /** The one of this process; relative, and empty where that is the folder it was started in. */
    public static Path path() {
        Path known = found;
        if (known == null) {
            known = of(STARTED);
            found = known;
        }
        return known;
    }

    /** Whether it is another one than the program was started in. */
    public static boolean isElsewhere() {
        return !path().equals(STARTED);
    }

    /**
     * The working folder of whoever is in a folder.
     *
     * @throws UserMistakeException when everything above is a pipeline's folder too
     */
    static Path of(Path started) {
        Path folder = started;
        Path real = real(started);
        while (isPipeline(real)) {
            boolean shelf = real.getParent() != null && real.getParent().endsWith("pipelines");
            for (int i = 0; i < (shelf ? 2 : 1); i++) {
                folder = folder.resolve("..");
                real = above(real);
            }
        }
        return folder;
    }

    private static Path above(Path folder) {
        @Nullable Path parent = folder.getParent();
        if (parent == null) {
            throw new UserMistakeException(
                    folder.resolve(CONFIG).toString(),
                    "",
                    "makes this a pipeline's folder, and no folder above can be the working folder; start in another one");
        }
        return parent;
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.toAbsolutePath(), e);
        }
    }

    /** Whether a folder is a pipeline's. */
    public static boolean isPipeline(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /** Refuses what an operator says where the program was started in a pipeline's folder. */
    public static void check() {
        check(STARTED);
    }

    static void check(Path started) {
        if (!isPipeline(started)) {
            return;
        }
        var problems = new Problems(started.toAbsolutePath().toString());
        for (String each : OPERATORS) {
            if (Files.exists(started.resolve(each), LinkOption.NOFOLLOW_LINKS)) {
                problems.at(
                        each,
                        "",
                        "is not obeyed here: " + CONFIG + " beside it makes this a pipeline's folder, and a pipeline"
                                + " does not say where calls and keys go. Move it to the working folder "
                                + of(real(started)).normalize() + ", or start in another folder");
            }
        }
        problems.throwIfAny();
    }
}
