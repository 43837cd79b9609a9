package dev.caravan.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;

/** What runs here: where it lies, and which version it is. */
final class Installation {
    private Installation() {}

    /** Where routes, pipelines and the application's properties lie. */
    static Path home() {
        return Path.of(System.getProperty("caravan.home", "."));
    }

    /** The version and, where it was built from a clone, the commit. */
    static String version() {
        String version = Installation.class.getPackage().getImplementationVersion();
        return (version == null ? "development" : version) + commit();
    }

    /** The build writes it beside this class. */
    private static String commit() {
        var built = new Properties();
        try (InputStream file = Installation.class.getResourceAsStream("commit.properties")) {
            if (file == null) {
                return "";
            }
            built.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String commit = built.getProperty("git.commit.id.abbrev", "unknown");
        return ", commit " + commit + (Boolean.parseBoolean(built.getProperty("git.dirty")) ? " with changes" : "");
    }
}
