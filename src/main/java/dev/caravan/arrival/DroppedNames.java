package dev.caravan.arrival;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The names that lie directly in {@code pipelines/}, those that begin with . or _ left out.
 *
 * @param folders folders, and symbolic links, which are told
 */
record DroppedNames(SortedSet<String> folders, SortedSet<String> zips) {

    /** A folder that is not there holds nothing. */
    static DroppedNames in(Path pipelines) {
        var found = new DroppedNames(new TreeSet<>(), new TreeSet<>());
        if (!Files.isDirectory(pipelines)) {
            return found;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(pipelines)) {
            for (Path each : all) {
                found.sort(each, String.valueOf(each.getFileName()));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + pipelines, e);
        }
    }

    private void sort(Path path, String name) {
        if (name.startsWith(".") || name.startsWith("_")) {
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path)) {
            folders.add(name);
        } else if (name.toLowerCase(Locale.ROOT).endsWith(".zip")) {
            zips.add(name);
        }
    }
}
