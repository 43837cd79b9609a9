package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Set;
import javax.management.ObjectName;
import org.jolokia.server.core.util.RequestType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JolokiaPolicyTest {
    private final JolokiaPolicy policy = new JolokiaPolicy("/(jobs)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type=routes,name=\"run/step\" | start() | true",
                "type=routes,name=\"run/step\" | stop(java.lang.Long) | true",
                "type=routes,name=\"tend-runs\" | suspend() | true",
                "type=routes,name=\"run/(jobs)\" | stop() | false",
                "type=routes,name=\"manifest\" | stop() | false",
                "type=routes,name=\"run/step\" | remove() | false",
                "type=routes,name=* | stop() | false",
                "type=routes,name=\"manifest\" | dumpRouteAsXml() | true",
                "type=context,name=\"caravan\" | dumpRoutesAsXml() | true",
                "type=context,name=\"caravan\" | stop() | false",
                "type=context,name=\"caravan\" | startRoute(java.lang.String) | false",
            })
    void only_routes_of_steps_and_clocks_are_moved(String bean, String operation, boolean allowed) throws Exception {
        assertThat(policy.isOperationAllowed(new ObjectName("org.apache.camel:context=caravan," + bean), operation))
                .isEqualTo(allowed);
        assertThat(policy.isOperationAllowed(new ObjectName("other:context=caravan," + bean), operation))
                .isFalse();
    }

    @Test
    void nothing_is_written_and_only_what_is_named_is_read() throws Exception {
        assertThat(Set.of(RequestType.values()).stream().filter(policy::isTypeAllowed))
                .containsExactlyInAnyOrder(
                        RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION, RequestType.EXEC);
        assertThat(policy.isAttributeWriteAllowed(new ObjectName("dev.caravan:type=Run"), "Name"))
                .isFalse();
        assertThat(policy.isAttributeReadAllowed(new ObjectName("java.lang:type=Memory"), "HeapMemoryUsage"))
                .isTrue();
        assertThat(policy.isAttributeReadAllowed(new ObjectName("java.lang:type=Runtime"), "InputArguments"))
                .isFalse();
        assertThat(policy.isAttributeReadAllowed(new ObjectName("com.sun.management:type=HotSpotDiagnostic"), "X"))
                .isFalse();
    }

    @Test
    void so_many_pipelines_have_labels_of_their_own() {
        var labels = new MeterLabels();
        var seen = new HashSet<Tags>();
        for (int i = 0; i < 5_000; i++) {
            seen.add(labels.of("pipeline" + i, "step"));
        }

        assertThat(seen).hasSize(501);
        assertThat(labels.of("pipeline0", "step")).isEqualTo(Tags.of("pipeline", "pipeline0", "step", "step"));
    }
}
