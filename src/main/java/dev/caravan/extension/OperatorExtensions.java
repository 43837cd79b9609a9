package dev.caravan.extension;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.task.TrustStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes and mappings in {@code routes/} and the jars in {@code lib/} of the working folder, which are read beside
 * the installation's: only once an operator trusted them as they are, for they see prompts and keys. Where the working
 * folder is the installation's, there are none.
 */
public final class OperatorExtensions {
    public static final String ROUTES = OwnFiles.ROUTES;
    public static final String LIB = OwnFiles.LIB;
    /** Ends the name of a file of routes. */
    public static final String ROUTE_FILE = OwnFiles.ROUTE_FILE;
    /** Without it, a folder of routes is no provider's. */
    public static final String COMPLETE = "complete-request.jslt";
    /** Without it, a provider takes no batches. */
    public static final String BATCH = "batch-create.jslt";

    private final Path installation;
    private final Path working;
    private final @Nullable OwnFiles own;
    private final boolean trusted;

    private OperatorExtensions(Path installation, Path working, @Nullable OwnFiles own, boolean trusted) {
        this.installation = installation;
        this.working = working;
        this.own = own;
        this.trusted = trusted;
    }

    /** Those of this process's working folder. */
    public static OperatorExtensions ofWorkingFolder(Path installation) {
        return find(installation, WorkingFolder.path(), TrustStore.ofWorkingFolder());
    }

    /** @throws NotReadyException when trusted files bear names that the installation's have */
    public static OperatorExtensions find(Path installation, Path working, TrustStore trust) {
        Optional<OwnFiles> own = own(installation, working);
        var found = new OperatorExtensions(
                installation,
                working,
                own.orElse(null),
                own.isPresent() && trust.holds(own.get().digest()));
        if (found.trusted) {
            checkNames(installation, own.orElseThrow());
        }
        return found;
    }

    /** What lies there and would be read; empty where there is nothing, or it is the installation's. */
    public static Optional<OwnFiles> own(Path installation, Path working) {
        Path folder = working.toAbsolutePath().normalize();
        try {
            if (Files.isSameFile(installation.toAbsolutePath(), folder)) {
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + installation + " and " + folder, e);
        }
        OwnFiles own = OwnFiles.of(folder);
        return own.isEmpty() ? Optional.empty() : Optional.of(own);
    }

    /** @throws NotReadyException when one of both folders would have to hide the other's files */
    public static void checkNames(Path installation, OwnFiles own) {
        for (String each : own.namesInRoutes()) {
            if (Files.exists(installation.resolve(ROUTES).resolve(each))) {
                throw new NotReadyException(
                        ROUTES + "/" + each,
                        "",
                        "stands in two places, in " + own.folder().resolve(ROUTES) + " and in "
                                + shown(installation).resolve(ROUTES) + ", and neither hides the other: call yours"
                                + " otherwise; a provider's folder is named by routes: in models.yaml");
            }
        }
    }

    private static Path shown(Path folder) {
        return folder.toAbsolutePath().normalize();
    }

    /** Where folders of routes are read, the installation's first. */
    public List<Path> routes() {
        var all = new ArrayList<>(List.of(installation.resolve(ROUTES)));
        all.addAll(ownRoutes());
        return all;
    }

    /** The operator's folder of routes, if it is read. */
    public List<Path> ownRoutes() {
        return own != null && trusted && !own.namesInRoutes().isEmpty()
                ? List.of(own.folder().resolve(ROUTES))
                : List.of();
    }

    /** The operator's files of routes, if they are read. */
    public List<Path> ownRouteFiles() {
        return own != null && trusted ? own.routeFiles() : List.of();
    }

    /** The folder of a provider's routes, if it is read. */
    public Optional<Path> provider(String name) {
        return routes().stream()
                .map(each -> each.resolve(name))
                .filter(OperatorExtensions::isProvider)
                .findFirst();
    }

    /** Whether a folder of routes is a provider's. */
    public static boolean isProvider(Path folder) {
        return Files.isRegularFile(folder.resolve(COMPLETE));
    }

    /**
     * Refuses a provider whose routes are not there.
     *
     * @param provider as the registry calls it
     * @param routes the folder that is to speak its wire
     */
    public void check(String provider, String routes) {
        if (provider(routes).isPresent()) {
            return;
        }
        Path mine = shown(working).resolve(ROUTES).resolve(routes);
        boolean asleep = own != null && !trusted && isProvider(mine);
        throw new NotReadyException(
                ROUTES + "/" + routes,
                "",
                asleep
                        ? "provider '" + provider + "' needs it, and " + mine
                                + " is not read: nobody trusted it as it is;" + " look at " + ROUTES + "/ and " + LIB
                                + "/, then: caravan trust --home"
                        : "provider '" + provider + "' needs this folder, with " + COMPLETE + " and the routes of its"
                                + " calls in it; there is none in "
                                + shown(installation).resolve(ROUTES) + " or in "
                                + shown(working).resolve(ROUTES)
                                + ". Put it there (docs/adding-a-provider.md), or let routes: of"
                                + " providers." + provider + " in models.yaml name another");
    }

    /** Whether a provider's folder can make jobs. */
    public boolean takesBatches(String routes) {
        return provider(routes)
                .filter(each -> Files.isRegularFile(each.resolve(BATCH)))
                .isPresent();
    }

    /** Trusted jars, or none. */
    public List<Path> jars() {
        return own != null && trusted ? own.jars() : List.of();
    }

    /** Finds classes in the jars, after the installation's own; null where there are none. */
    public @Nullable URLClassLoader classes() {
        if (jars().isEmpty()) {
            return null;
        }
        try {
            var urls = new ArrayList<URL>();
            for (Path each : jars()) {
                urls.add(each.toUri().toURL());
            }
            return new URLClassLoader(
                    "extensions", urls.toArray(URL[]::new), OperatorExtensions.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What whoever starts the program is told of them, each time; empty where there is nothing to tell. */
    public String words() {
        if (own == null) {
            return "";
        }
        return trusted
                ? own.words() + " are in use, as trusted (" + own.digest().substring(0, 12) + ")"
                : own.words() + " are not read: nobody trusted them as they are ("
                        + own.digest().substring(0, 12) + "); look at them, then: caravan trust --home";
    }
}
