package dev.caravan.testing;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What another process of the program holds, as JMX tells it. */
public final class ProcessVitals implements AutoCloseable {
    private static final ObjectName MEMORY = name("java.lang:type=Memory");
    private static final ObjectName SYSTEM = name("java.lang:type=OperatingSystem");
    private static final ObjectName THREADS = name("java.lang:type=Threading");

    /**
     * One look.
     *
     * @param routes that are up, by name
     * @param definitions routes that Camel's model holds, whether they are up or not
     * @param camelBeans MBeans of Camel, by name
     * @param beans MBeans of the process
     * @param heap bytes in use once all that can be collected is
     * @param files that are open; 0 where the system does not tell
     */
    public record Look(
            Set<String> routes,
            int definitions,
            Set<String> camelBeans,
            int beans,
            int threads,
            long heap,
            long files) {}

    /**
     * What a process has done since it started.
     *
     * @param ticks of the route that tends runs
     * @param read bytes, from files and elsewhere; 0 where the system does not tell
     */
    public record Work(long ticks, long cpuNanos, long read) {
        public Work since(Work before) {
            return new Work(ticks - before.ticks, cpuNanos - before.cpuNanos, read - before.read);
        }
    }

    private final long process;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    /** Connects to a process that the test started itself. */
    @SuppressWarnings("BanJNDI")
    public ProcessVitals(Process process) throws Exception {
        this.process = process.pid();
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
        try {
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        } finally {
            machine.detach();
        }
        beans = connector.getMBeanServerConnection();
    }

    public Look look() throws Exception {
        for (int i = 0; i < 3; i++) {
            beans.invoke(MEMORY, "gc", null, null);
        }
        ObjectName context = beans.queryNames(name("org.apache.camel:type=context,*"), null)
                .iterator()
                .next();
        String model = String.valueOf(beans.invoke(context, "dumpRoutesAsXml", null, null));
        return new Look(
                names("org.apache.camel:type=routes,*"),
                model.split("<route ", -1).length - 1,
                names("org.apache.camel:*"),
                beans.getMBeanCount(),
                (Integer) beans.getAttribute(THREADS, "ThreadCount"),
                MemoryUsage.from((CompositeData) beans.getAttribute(MEMORY, "HeapMemoryUsage"))
                        .getUsed(),
                files());
    }

    public Work work() throws Exception {
        ObjectName tending = beans.queryNames(name("org.apache.camel:type=routes,name=\"tend-runs\",*"), null)
                .iterator()
                .next();
        return new Work(
                (Long) beans.getAttribute(tending, "ExchangesTotal"),
                (Long) beans.getAttribute(SYSTEM, "ProcessCpuTime"),
                read());
    }

    private Set<String> names(String pattern) throws IOException {
        return beans.queryNames(name(pattern), null).stream()
                .map(ObjectName::getCanonicalName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long files() throws Exception {
        boolean told = beans.getMBeanInfo(SYSTEM).getAttributes().length > 0
                && Arrays.stream(beans.getMBeanInfo(SYSTEM).getAttributes())
                        .anyMatch(each -> each.getName().equals("OpenFileDescriptorCount"));
        return told ? (Long) beans.getAttribute(SYSTEM, "OpenFileDescriptorCount") : 0;
    }

    private long read() throws IOException {
        Path counters = Path.of("/proc", String.valueOf(process), "io");
        if (!Files.isReadable(counters)) {
            return 0;
        }
        return Files.readAllLines(counters).stream()
                .filter(each -> each.startsWith("rchar: "))
                .mapToLong(each -> Long.parseLong(each.substring("rchar: ".length())))
                .sum();
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
