package dev.caravan.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Makes durable what others wrote: files of programs, and files that were made by a copy. */
public final class Durable {
    private Durable() {}

    public static void force(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sync " + file, e);
        }
    }

    /** The entry of a file in its folder. */
    public static void forceParent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            force(parent);
        }
    }

    /** A folder with all that lies in it. */
    public static void forceTree(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(each -> Files.isRegularFile(each) || Files.isDirectory(each))
                    .forEach(Durable::force);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sync " + folder, e);
        }
    }
}
