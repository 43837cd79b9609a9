package dev.caravan.app;

import dev.caravan.base.UserMistakeException;
import dev.caravan.extension.OperatorExtensions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceSupport;
import org.jspecify.annotations.Nullable;

/**
 * The routes and properties of the installation, and an operator's own routes behind them, read by their paths: a pattern or an address would take a folder's name
 * apart that has blanks, percent signs or braces in it.
 */
final class ShippedRoutes extends DefaultRoutesCollector {
    private static final String PROPERTIES = "application.properties";
    private static final String PATTERN = "camel.main.routesIncludePattern";
    private static final String ROUTES = "routes";
    private static final String ENDING = ".camel.yaml";

    private final Path home;
    private final OperatorExtensions extensions;
    private final @Nullable Set<String> providers;

    private ShippedRoutes(Path home, OperatorExtensions extensions, @Nullable Set<String> providers) {
        this.home = home;
        this.extensions = extensions;
        this.providers = providers;
    }

    /** @param providers whose routes are asked for, by their folders, of those that come with the installation; null for all */
    static void prepare(Main main, Path home, OperatorExtensions extensions, @Nullable Set<String> providers) {
        var properties = new Properties();
        try (InputStream file = Files.newInputStream(home.resolve(PROPERTIES))) {
            properties.load(file);
        } catch (IOException e) {
            throw new UserMistakeException(
                    home.resolve(PROPERTIES).toString(),
                    "",
                    "cannot be read; is caravan.home the installation's folder?");
        }
        // Only the Camel CLI finds the routes by it; here it would be taken apart even though nobody asks for it.
        properties.remove(PATTERN);
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setInitialProperties(properties);
        main.setRoutesCollector(new ShippedRoutes(home, extensions, providers));
    }

    @Override
    public Collection<RoutesBuilder> collectRoutesFromDirectory(CamelContext context, String exclude, String include) {
        try {
            return PluginHelper.getRoutesLoader(context).findRoutesBuilders(files());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the routes of " + home + " cannot be loaded", e);
        }
    }

    @Override
    public Collection<Resource> findRouteResourcesFromDirectory(CamelContext context, String exclude, String include) {
        return files();
    }

    private List<Resource> files() {
        List<Resource> all = files(home, extensions);
        // An operator's routes may lead to any others.
        if (providers == null || !extensions.ownRouteFiles().isEmpty()) {
            return all;
        }
        Set<String> wanted = reached(providers, all);
        return all.stream()
                .filter(each -> provider(each).map(wanted::contains).orElse(true))
                .toList();
    }

    /** These providers, and those whose routes theirs lead to. */
    private static Set<String> reached(Set<String> providers, List<Resource> all) {
        var reached = new TreeSet<>(providers);
        boolean more = true;
        while (more) {
            more = false;
            for (Resource from : all) {
                if (provider(from).filter(reached::contains).isPresent()) {
                    String text = text(from);
                    more |= reached.addAll(all.stream()
                            .flatMap(each -> provider(each).stream())
                            .filter(each -> text.contains("direct:" + each + "-"))
                            .toList());
                }
            }
        }
        return reached;
    }

    private static String text(Resource file) {
        try (InputStream in = file.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.getLocation(), e);
        }
    }

    /** The folder that a file of routes lies in, where that is a provider's. */
    private static Optional<String> provider(Resource file) {
        return Optional.ofNullable(((File) file).path.getParent())
                .filter(OperatorExtensions::isProvider)
                .map(each -> String.valueOf(each.getFileName()));
    }

    /** Those in {@code routes/} and in its folders, by name; then the operator's. */
    static List<Resource> files(Path home, OperatorExtensions extensions) {
        var found = new ArrayList<Resource>();
        try (Stream<Path> all = Files.walk(home.resolve(ROUTES), 2)) {
            all.filter(each -> each.toString().endsWith(ENDING))
                    .sorted()
                    .forEach(each -> found.add(new File(home.relativize(each).toString(), each)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + home.resolve(ROUTES), e);
        }
        found.addAll(own(extensions));
        return found;
    }

    /** The operator's files alone, called by their whole paths. */
    static List<Resource> own(OperatorExtensions extensions) {
        return extensions.ownRouteFiles().stream()
                .<Resource>map(each -> new File(each.toString(), each))
                .toList();
    }

    /** A file, called by its place below the installation's folder. */
    private static final class File extends ResourceSupport {
        private final Path path;

        File(String name, Path path) {
            super("file", name);
            this.path = path;
        }

        @Override
        public boolean exists() {
            return Files.isRegularFile(path);
        }

        @Override
        public URI getURI() {
            return path.toUri();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return Files.newInputStream(path);
        }
    }
}
