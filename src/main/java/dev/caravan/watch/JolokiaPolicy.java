package dev.caravan.watch;

import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What may be done by Jolokia; all that is not named is refused. Read: MBeans of Camel, of Caravan and of the platform.
 * Done: the routes of steps and the clocks of the service are started, stopped, suspended and resumed. Two routes of a run
 * stay out of reach: what collects the jobs it paid for, and what writes its journal.
 */
final class JolokiaPolicy implements Restrictor {
    private static final String CAMEL = "org.apache.camel";

    private static final Set<RequestType> TYPES =
            Set.of(RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION, RequestType.EXEC);
    private static final Set<String> DOMAINS = Set.of(CAMEL, RunBeans.DOMAIN, "java.lang");

    /** Keys and passwords are given to programs in these. */
    private static final Set<String> UNTOLD = Set.of("SystemProperties", "InputArguments");

    private static final Set<String> MOVES = Set.of("start", "stop", "suspend", "resume");

    /** What hawtio's diagrams and tables are drawn from; each only tells. */
    private static final Map<String, Set<String>> TELLING = Map.of(
            "context", Set.of("dumpRoutesAsXml", "dumpRoutesStatsAsXml"),
            "routes", Set.of("dumpRouteAsXml", "dumpRouteStatsAsXml"));

    private static final Set<String> CLOCKS = Set.of("look-at-arrivals", "tend-runs", "keep-times");

    /** Ends the names of routes that collect jobs. */
    private final String collecting;

    /** @param collecting how the ids of routes that collect jobs end */
    JolokiaPolicy(String collecting) {
        this.collecting = collecting;
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.POST;
    }

    /** @param type as a request names it */
    static boolean allows(String type) {
        return TYPES.stream().anyMatch(each -> each.getName().equals(type));
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName bean, String attribute) {
        return DOMAINS.contains(bean.getDomain()) && !UNTOLD.contains(attribute);
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName bean, String attribute) {
        return false;
    }

    @Override
    public boolean isOperationAllowed(ObjectName bean, String operation) {
        String name = operation.replaceFirst("\\(.*", "");
        String type = bean.getKeyProperty("type");
        if (!bean.getDomain().equals(CAMEL) || type == null || bean.isPattern()) {
            return false;
        }
        return TELLING.getOrDefault(type, Set.of()).contains(name)
                || (type.equals("routes") && MOVES.contains(name) && mayBeMoved(id(bean)));
    }

    private static String id(ObjectName bean) {
        String name = String.valueOf(bean.getKeyProperty("name"));
        return name.startsWith("\"") ? ObjectName.unquote(name) : name;
    }

    /** The ids of step routes are those that name a run: no other id holds a slash. */
    private boolean mayBeMoved(String route) {
        return CLOCKS.contains(route) || (route.indexOf('/') > 0 && !route.endsWith(collecting));
    }

    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    /** Whoever asks from the service's own pages is not asked for an origin: see {@link JolokiaBridge#answer}. */
    @Override
    public boolean isOriginAllowed(String origin, boolean strict) {
        return origin == null;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName bean) {
        return !DOMAINS.contains(bean.getDomain());
    }
}
