package dev.caravan.app;

import dev.caravan.base.NotReadyException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says of a context that did not start which file of routes is to blame, and where in it, in words for its author. */
final class RouteMistakes {
    private static final Pattern EMPTY = Pattern.compile("Resource is empty: (.*)");
    private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<");

    private final Path home;
    private final List<Resource> files;
    private final @Nullable CamelContext context;

    /**
     * @param files that were read
     * @param context that did not start, if it came so far
     */
    RouteMistakes(Path home, List<Resource> files, @Nullable CamelContext context) {
        this.home = home;
        this.files = files;
        this.context = context;
    }

    /** The author's mistake, or empty where it is none. */
    Optional<NotReadyException> in(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof NotReadyException known) {
                return Optional.of(known);
            }
            if (each instanceof BindException) {
                return Optional.empty();
            }
        }
        Optional<NotReadyException> seen = RouteFileCheck.in(files, files, home);
        if (seen.isPresent()) {
            return seen;
        }
        for (Throwable each = failure; each != null; each = each.getCause()) {
            Optional<NotReadyException> told = told(each);
            if (told.isPresent()) {
                return told;
            }
        }
        return Optional.empty();
    }

    private Optional<NotReadyException> told(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof MarkedYamlEngineException marked
                && marked.getProblemMark().isPresent()) {
            var mark = marked.getProblemMark().get();
            return Optional.of(new NotReadyException(
                    path(mark.getName()),
                    "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1),
                    words(marked)));
        }
        if (failure instanceof IOException && EMPTY.matcher(message).matches()) {
            return Optional.of(new NotReadyException(
                    path(message.replaceFirst(EMPTY.pattern(), "$1")),
                    "",
                    "is empty; remove it, or write routes into it"));
        }
        if (failure instanceof FailedToCreateRouteException create) {
            return Optional.of(of(create.getRouteId(), message, create));
        }
        if (failure instanceof FailedToStartRouteException start) {
            return Optional.of(of(start.getRouteId(), message, start));
        }
        return Optional.empty();
    }

    private static String words(MarkedYamlEngineException marked) {
        String context = marked.getContext() == null ? "" : marked.getContext() + ": ";
        return context + marked.getProblem();
    }

    /** What a route cannot be made or started for. */
    private NotReadyException of(@Nullable String id, String message, Exception failure) {
        RouteDefinition route = id == null ? null : route(id);
        String file = route == null || route.getResource() == null
                ? "routes"
                : path(route.getResource().getLocation());
        Matcher step = STEP.matcher(message);
        String named = step.find() ? step.group(1) : "";
        int line = route == null ? -1 : line(route, named);
        String place = (line > 0 ? "line " + line + ", " : "") + "route " + id + (named.isEmpty() ? "" : ", " + named);
        return new NotReadyException(file, place, why(failure));
    }

    private @Nullable RouteDefinition route(String id) {
        return context == null
                ? null
                : context.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinition(id);
    }

    /** Of the step as it is named in what Camel says, else of the route. */
    private static int line(RouteDefinition route, String named) {
        for (ProcessorDefinition<?> each :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
            if (!named.isEmpty() && named.equals(each.toString())) {
                return line(route, each);
            }
        }
        return route.getInput() == null
                ? route.getLineNumber()
                : route.getInput().getLineNumber();
    }

    /** Camel counts from where a step's values begin, which is one line short where they stand behind its name. */
    private static int line(RouteDefinition route, ProcessorDefinition<?> step) {
        int told = step.getLineNumber();
        List<String> lines = route.getResource() == null ? List.of() : lines(route.getResource());
        boolean next = told > 0
                && told < lines.size()
                && !lines.get(told - 1).contains(step.getShortName())
                && lines.get(told).contains(step.getShortName());
        return next ? told + 1 : told;
    }

    private static String why(Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof NoSuchBeanException)) {
            cause = cause.getCause();
        }
        if (cause instanceof NoSuchBeanException bean) {
            return "there is no bean '" + bean.getName() + "'; is it misspelt, or is its class not there?";
        }
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof NoSuchEndpointException) {
            return message
                    + " A component of your own belongs into lib/ of the working folder, trusted by caravan trust"
                    + " --home";
        }
        int because = message.lastIndexOf(" because: ");
        return because < 0 ? message : message.substring(because + " because: ".length());
    }

    private static List<String> lines(Resource file) {
        try (InputStream in = file.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private String path(String location) {
        return RouteFileCheck.path(home, location);
    }
}
