package dev.caravan.run;

import dev.caravan.base.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Packs files of a finished run as {@code <file>.gz}, and unpacks them when a process takes the run up again. Who reads
 * a run finds its files either way ({@link JsonLines}). Whatever moment it stops at, a file is there, packed or not.
 */
public final class Packing {
    /** What the run goes on from is never packed. */
    private static final List<String> ALLOWED = List.of("chunks", "outputs", "jobs", "tasks");

    private static final String ENDING = ".gz";

    private final RunFolder folder;

    public Packing(RunFolder folder) {
        this.folder = folder;
    }

    /** @return why nothing could be packed; empty when it was */
    public String pack(List<String> patterns, boolean keepOriginals) {
        List<PathMatcher> matchers = patterns.stream()
                .map(each -> FileSystems.getDefault().getPathMatcher("glob:" + each))
                .toList();
        int packed = 0;
        int refused = 0;
        for (Path each : files()) {
            Path name = folder.root().relativize(each);
            if (each.toString().endsWith(ENDING) || matchers.stream().noneMatch(matcher -> matcher.matches(name))) {
                continue;
            }
            if (ALLOWED.contains(name.getName(0).toString())) {
                pack(each, keepOriginals);
                packed++;
            } else {
                refused++;
            }
        }
        return refused > 0
                ? refused + " files lie outside of " + String.join("/, ", ALLOWED) + "/, which alone can be packed"
                : packed == 0 ? "no file fits " + String.join(", ", patterns) : "";
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(folder.root())) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder.root(), e);
        }
    }

    private static void pack(Path file, boolean keepOriginal) {
        try {
            Path hidden = file.resolveSibling("." + file.getFileName() + ENDING + ".tmp");
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = new GZIPOutputStream(Files.newOutputStream(hidden))) {
                in.transferTo(out);
            }
            Durable.force(hidden);
            Files.move(
                    hidden,
                    JsonLines.packed(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            Durable.forceParent(file);
            if (!keepOriginal) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + file, e);
        }
    }

    /** Makes every file plain again, for a process that will write. */
    public void unpack() {
        for (String each : ALLOWED) {
            if (Files.isDirectory(folder.root().resolve(each))) {
                unpack(folder.root().resolve(each));
            }
        }
    }

    private static void unpack(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path packed : all.filter(each -> each.toString().endsWith(".jsonl" + ENDING))
                    .toList()) {
                String name = String.valueOf(packed.getFileName());
                Path file = packed.resolveSibling(name.substring(0, name.length() - ENDING.length()));
                if (!Files.exists(file)) {
                    Path hidden = file.resolveSibling("." + file.getFileName() + ".tmp");
                    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
                        Files.copy(in, hidden, StandardCopyOption.REPLACE_EXISTING);
                    }
                    Durable.force(hidden);
                    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
                    Durable.forceParent(file);
                }
                Files.delete(packed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + root, e);
        }
    }
}
