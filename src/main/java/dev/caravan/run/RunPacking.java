package dev.caravan.run;

import dev.caravan.base.Disk;
import dev.caravan.journal.JsonLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Packs files of a finished run as {@code <file>.gz}, and unpacks what the engine reads when a process takes the run up
 * again. Who reads a run finds its files either way ({@link JsonLines}). Whatever moment it stops at, a file is there,
 * packed or not.
 */
public final class RunPacking {
    /** What the run goes on from is never packed. */
    private static final List<String> ALLOWED = List.of("chunks", "outputs", "jobs", "tasks");
    /** Where the engine's own lines lie that it adds to or reads by their places; what scripts packed in their folders is theirs. */
    private static final List<String> READ = List.of("chunks", "outputs");

    private static final String ENDING = ".gz";

    private final RunFolder folder;
    private final Disk disk;

    public RunPacking(RunFolder folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    /** @return why nothing could be packed; empty when it was, or had been */
    public String pack(List<String> patterns, boolean keepOriginals) {
        List<PathMatcher> matchers = patterns.stream()
                .map(each -> FileSystems.getDefault().getPathMatcher("glob:" + each))
                .toList();
        int fitting = 0;
        int refused = 0;
        for (Path each : files(folder.root())) {
            boolean packed = each.toString().endsWith(ENDING);
            Path name = folder.root().relativize(packed ? plain(each) : each);
            if (matchers.stream().noneMatch(matcher -> matcher.matches(name))) {
                continue;
            }
            if (!ALLOWED.contains(name.getName(0).toString())) {
                refused++;
                continue;
            }
            fitting++;
            if (!packed) {
                pack(each, keepOriginals);
            }
        }
        return refused > 0
                ? refused + " files lie outside of " + String.join("/, ", ALLOWED) + "/, which alone can be packed"
                : fitting == 0 ? "no file fits " + String.join(", ", patterns) : "";
    }

    private static List<Path> files(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    private static Path plain(Path packed) {
        String name = String.valueOf(packed.getFileName());
        return packed.resolveSibling(name.substring(0, name.length() - ENDING.length()));
    }

    private void pack(Path file, boolean keepOriginal) {
        try (Disk.Replacement packed = disk.replaceStreaming(JsonLines.packed(file))) {
            try (InputStream in = Files.newInputStream(file)) {
                var out = new GZIPOutputStream(packed.out());
                in.transferTo(out);
                out.finish();
            }
            packed.commit();
            if (!keepOriginal) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + file, e);
        }
    }

    /** Makes every file of the engine plain again, for a process that will write. */
    public void unpack() {
        for (String each : READ) {
            Path root = folder.root().resolve(each);
            if (Files.isDirectory(root)) {
                files(root).stream()
                        .filter(file -> file.toString().endsWith(".jsonl" + ENDING))
                        .forEach(this::unpack);
            }
        }
    }

    private void unpack(Path packed) {
        Path file = plain(packed);
        try {
            if (!Files.exists(file)) {
                try (InputStream in = JsonLines.open(file);
                        Disk.Replacement whole = disk.replaceStreaming(file)) {
                    OutputStream out = whole.out();
                    in.transferTo(out);
                    whole.commit();
                }
            }
            Files.delete(packed);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + packed, e);
        }
    }
}
