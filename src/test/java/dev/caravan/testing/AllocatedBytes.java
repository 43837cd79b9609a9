package dev.caravan.testing;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.awaitility.Awaitility.await;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * What all threads of this process allocate: what the heap gained from the end of each collection to the beginning of the
 * next. Threads that are over are in it too, unlike in counters of threads. What a
 * thread took of the heap for its own use and left unused at a collection counts too: some percent more than was asked for.
 */
public final class AllocatedBytes implements AutoCloseable {
    private static final String ASKED_FOR = "System.gc()";
    private static final Set<String> HEAP = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(toUnmodifiableSet());

    private record Collection(boolean asked, long before, long after) {}

    private final List<Collection> collections = new ArrayList<>();
    private final NotificationListener listener = (notification, handback) -> note(notification);

    /** Begins to listen; counts from the first {@link #soFar()} on. */
    public AllocatedBytes() {
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) each).addNotificationListener(listener, null, null);
        }
    }

    private synchronized void note(Notification notification) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            var told = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            collections.add(new Collection(
                    told.getGcCause().equals(ASKED_FOR),
                    heap(told.getGcInfo().getMemoryUsageBeforeGc()),
                    heap(told.getGcInfo().getMemoryUsageAfterGc())));
        }
    }

    private static long heap(Map<String, MemoryUsage> pools) {
        return pools.entrySet().stream()
                .filter(pool -> HEAP.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }

    /** Collects, and says how many bytes were allocated since the first collection that was seen. */
    @SuppressWarnings("DoNotCallSuggester")
    public long soFar() {
        long asked = asked();
        System.gc();
        await().atMost(Duration.ofMinutes(1)).until(() -> asked() > asked);
        return gained();
    }

    private synchronized long asked() {
        return collections.stream().filter(Collection::asked).count();
    }

    private synchronized long gained() {
        long gained = 0;
        for (int i = 1; i < collections.size(); i++) {
            gained += collections.get(i).before() - collections.get(i - 1).after();
        }
        return gained;
    }

    @Override
    public void close() throws ListenerNotFoundException {
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) each).removeNotificationListener(listener);
        }
    }
}
