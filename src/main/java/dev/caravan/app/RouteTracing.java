package dev.caravan.app;

import dev.caravan.base.UserMistakeException;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Map;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/**
 * Traces of what routes do, by OpenTelemetry. Off, and nothing of it is loaded, unless {@code OTEL_TRACES_EXPORTER} is set;
 * the other {@code OTEL_} variables say where to and how.
 */
final class RouteTracing implements AutoCloseable {
    private static final String SWITCH = "OTEL_TRACES_EXPORTER";

    static final RouteTracing OFF = new RouteTracing(null);

    private final @Nullable OpenTelemetrySdk sdk;

    private RouteTracing(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /** Before the context starts. */
    static RouteTracing prepare(Main main) {
        String exporter = System.getenv().getOrDefault(SWITCH, "none");
        if (exporter.isBlank() || exporter.equals("none")) {
            return OFF;
        }
        OpenTelemetrySdk sdk = configured();
        main.bind("tracer", sdk.getTracer("caravan"));
        // Providers learn nothing of traces.
        main.bind("propagators", ContextPropagators.noop());
        main.addOverrideProperty("camel.opentelemetry2.enabled", "true");
        return new RouteTracing(sdk);
    }

    private static OpenTelemetrySdk configured() {
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> Map.of(
                            "otel.service.name", "caravan",
                            "otel.exporter.otlp.protocol", "http/protobuf",
                            "otel.metrics.exporter", "none",
                            "otel.logs.exporter", "none"))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new UserMistakeException(
                    "OTEL_ variables",
                    "",
                    "say nothing by which traces could be sent: " + cause.getMessage()
                            + " (OTLP goes by http/protobuf here, not by grpc)");
        }
    }

    /** What was not sent yet is sent. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
