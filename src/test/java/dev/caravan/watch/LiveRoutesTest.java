package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.testing.EngineBeans;
import dev.caravan.testing.ShippedRun;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JMX client sees of live runs, and what a process keeps of runs that ended. */
class LiveRoutesTest {
    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    Path folder;

    private static EngineBeans beans;

    @BeforeAll
    static void show() {
        beans = EngineBeans.on();
    }

    @AfterAll
    static void asBefore() {
        beans.close();
    }

    @Test
    void stopping_a_steps_route_by_jmx_pauses_that_step_and_starting_it_goes_on() throws Exception {
        try (var engine = ShippedRun.engine("latency=5..10")) {
            RunFolder made = new ShippedRun(folder).make("live", 5, 60);
            LiveRun run = engine.launch(made, Lane.REALTIME, "test");
            try {
                ObjectName check = route("live/check");
                BEANS.invoke(check, "stop", null, null);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> run.summary().steps().get(0).done() == 60);

                assertThat(exchanges(route("live/classify"))).isGreaterThanOrEqualTo(12);
                assertThat(run.is(RunStatus.RUNNING)).isTrue();
                assertThat(run.summary().steps().get(1).done()).isLessThan(60);

                BEANS.invoke(check, "start", null, null);
                assertThat(run.awaitEnd(300_000)).isTrue();
                assertThat(run.summary().progress().done()).isEqualTo(60);
                assertThat(exchanges(check)).isPositive();
            } finally {
                engine.release(run);
            }
            assertThat(routes()).noneMatch(each -> each.contains("live/"));
        }
    }

    /** {@code -Dcaravan.runs=200} drives more of them. */
    @Test
    void many_runs_in_one_process_leave_no_route_bean_thread_or_heap_behind() throws Exception {
        int runs = Integer.getInteger("caravan.runs", 20);
        var shipped = new ShippedRun(folder);
        try (var engine = ShippedRun.engine("", 5, new RealDisk())) {
            for (int i = 0; i < 10; i++) {
                ShippedRun.drive(engine, shipped.make(Path.of("pipelines/ticket-triage"), "warm" + i, 5), lane(i));
            }
            int routes = engine.context().getRoutesSize();
            int endpoints = engine.context().getEndpoints().size();
            Set<ObjectName> beans = caravanBeans();
            int threads = Thread.activeCount();
            long heap = heap();

            for (int i = 0; i < runs; i++) {
                ShippedRun.drive(engine, shipped.make(Path.of("pipelines/ticket-triage"), "many" + i, 5), lane(i));
            }

            assertThat(engine.context().getRoutesSize()).isEqualTo(routes);
            assertThat(engine.context().getEndpoints()).hasSizeLessThanOrEqualTo(endpoints);
            assertThat(caravanBeans()).isEqualTo(beans);
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 5);
            assertThat(heap()).isLessThan(heap + (8L << 20));
        }
    }

    private static Lane lane(int number) {
        return number % 2 == 0 ? Lane.BATCH : Lane.REALTIME;
    }

    /** Bytes in use once all that can be collected is. */
    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Set<ObjectName> caravanBeans() throws Exception {
        return BEANS.queryNames(new ObjectName("org.apache.camel:*"), null);
    }

    private static Set<String> routes() throws Exception {
        return BEANS.queryNames(new ObjectName("org.apache.camel:type=routes,*"), null).stream()
                .map(ObjectName::toString)
                .collect(Collectors.toSet());
    }

    private static ObjectName route(String id) throws Exception {
        return BEANS.queryNames(new ObjectName("org.apache.camel:type=routes,*"), null).stream()
                .filter(each -> each.getKeyProperty("name").equals('"' + id + '"'))
                .findFirst()
                .orElseThrow();
    }

    private static long exchanges(ObjectName route) throws Exception {
        return (Long) BEANS.getAttribute(route, "ExchangesTotal");
    }
}
