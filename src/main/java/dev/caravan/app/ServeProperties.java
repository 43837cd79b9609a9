package dev.caravan.app;

import dev.caravan.base.OpenFiles;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.MoneyText;
import dev.caravan.provider.Lane;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.SpendRule;
import dev.caravan.simulator.SimulatorFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.camel.CamelContext;

/** What {@code application.properties} says of serving; the service's options under the Camel CLI. */
final class ServeProperties {
    /** Whether a context that somebody else starts serves. */
    static final String SERVES = "caravan.serve";

    private static final String FILE = "application.properties";
    private static final int A_DAY = 86_400;

    private final CamelContext context;

    ServeProperties(CamelContext context) {
        this.context = context;
    }

    boolean serves() {
        return Boolean.parseBoolean(text(SERVES, "false"));
    }

    ServeSettings settings() {
        return new ServeSettings(
                        pipelines(),
                        WorkingFolder.path().resolve("runs"),
                        lane(),
                        false,
                        new SpendRule(autoStartBelow()),
                        number("caravan.serve-runs", 8, 1, 1000))
                .within(OpenFiles.atStart());
    }

    EngineSettings engine() {
        var usual = EngineSettings.DEFAULT;
        return new EngineSettings(
                        number("caravan.concurrency", usual.concurrency(), 1, RunDriver.MOST_CONCURRENT),
                        number("caravan.poll-seconds", 15, 0, A_DAY) * 1000L,
                        usual.graceMillis(),
                        SimulatorFaults.NONE,
                        number("caravan.simulated-job-millis", (int) usual.simulatedJobMillis(), 0, A_DAY * 1000))
                .within(OpenFiles.atStart());
    }

    long graceMillis() {
        return number("caravan.serve-grace", 30, 0, A_DAY) * 1000L;
    }

    private static Path pipelines() {
        try {
            return Files.createDirectories(WorkingFolder.path().resolve("pipelines"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder pipelines", e);
        }
    }

    private Lane lane() {
        String mode = text("caravan.serve-mode", "batch");
        return switch (mode) {
            case "batch", "realtime" -> Lane.valueOf(mode.toUpperCase(Locale.ROOT));
            default -> throw wrong("caravan.serve-mode", "must be batch or realtime", mode);
        };
    }

    private long autoStartBelow() {
        String key = "caravan.serve-auto-start-below";
        String dollars = text(key, "0");
        return MoneyText.picos(dollars)
                .orElseThrow(() -> wrong(key, "must be dollars from 0 to 1000000, such as 2.50", dollars));
    }

    private int number(String key, int usual, int least, int most) {
        String text = text(key, String.valueOf(usual));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as what is out of bounds
        }
        throw wrong(key, "must be from " + least + " to " + most, text);
    }

    private static UserMistakeException wrong(String key, String right, String text) {
        return new UserMistakeException(FILE, key, right + ", not '" + text + "'");
    }

    private String text(String key, String usual) {
        return context.getPropertiesComponent()
                .resolveProperty(key)
                .map(String::strip)
                .orElse(usual);
    }
}
