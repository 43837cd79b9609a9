package dev.caravan.base;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import javax.management.Attribute;
import javax.management.JMException;

/**
 * How the files that a service may still open are shared out when it starts. Connections of clients are files, and so are
 * those to providers and what a run writes to: none of the three may take what the others need.
 *
 * @param free that this process could still open
 */
public record OpenFiles(long free) {
    /** For the virtual machine's own, and what is open for a moment. */
    private static final int RESERVE = 24;

    /** A connection to the provider, both ends of it with the built-in simulator, and others at rest. */
    private static final int PER_CALL = 4;

    /** Its own files but those of results, and the sockets and selectors of a simulator. */
    private static final int PER_RUN = 20;

    private static final int RESULTS_SHARE = 48;
    private static final int LEAST_RESULTS = 4;
    private static final int MOST_RESULTS = 64;

    private static final int LEAST_CONNECTIONS = 8;
    private static final int MOST_CONNECTIONS = 1_000;

    private static final OpenFiles AT_START = left();

    /** Of this process, when it was first asked: whoever asks later must come to the same shares. */
    public static OpenFiles atStart() {
        return AT_START;
    }

    /**
     * Where the system knows no limit there is none. Asked by name, for the type that has these figures is not in a Java
     * without the module jdk.management.
     */
    private static OpenFiles left() {
        try {
            var told = ManagementFactory.getPlatformMBeanServer()
                    .getAttributes(
                            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                    .getObjectName(),
                            new String[] {"MaxFileDescriptorCount", "OpenFileDescriptorCount"})
                    .asList();
            if (told.size() == 2) {
                return new OpenFiles(Math.max(0, count(told.get(0)) - count(told.get(1))));
            }
        } catch (JMException nothing) {
            // this system says nothing
        }
        return new OpenFiles(Integer.MAX_VALUE);
    }

    private static long count(Attribute told) {
        return ((Number) told.getValue()).longValue();
    }

    /** Of clients: an eighth. */
    public int connections() {
        return within(eighths(1), LEAST_CONNECTIONS, MOST_CONNECTIONS);
    }

    /** In flight at one time: what half of the files is enough for. */
    public int calls() {
        return within(eighths(4) / PER_CALL, 1, Integer.MAX_VALUE);
    }

    /** At work at one time: what is left. */
    public int runs() {
        return within(eighths(3) / (PER_RUN + results()), 1, Integer.MAX_VALUE);
    }

    /** Files of results that one run may keep open. */
    public int results() {
        return within(shared() / RESULTS_SHARE, LEAST_RESULTS, MOST_RESULTS);
    }

    private long eighths(int count) {
        return shared() / 8 * count;
    }

    private long shared() {
        return Math.max(0, free - RESERVE);
    }

    private static int within(long number, int least, int most) {
        return (int) Math.max(least, Math.min(most, number));
    }
}
