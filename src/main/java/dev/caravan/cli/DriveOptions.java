package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.Faults;
import java.math.BigDecimal;
import java.math.RoundingMode;
import picocli.CommandLine.Option;

/** Options of all commands that drive a run. */
final class DriveOptions {
    @Option(names = "--concurrency", paramLabel = "N", description = "most realtime calls in flight (default 100)")
    int concurrency = 100;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "between two looks at a job (default 15)")
    int interval = 15;

    @Option(
            names = "--find-grace",
            paramLabel = "SECONDS",
            description = "how long a job may be missing from the provider's list before it is made again (default 60)")
    int findGrace = 60;

    @Option(names = "--timeout", paramLabel = "TIME", description = "leave the run waiting after 90, 30s, 30m or 2h")
    String timeout = "";

    @Option(names = "--grace", paramLabel = "SECONDS", description = "how long Ctrl-C waits for calls (default 30)")
    int grace = 30;

    @Option(
            names = "--cap",
            paramLabel = "USD",
            description = "most that the run may cost, worst cases included; none lifts it")
    String cap = "";

    @Option(names = "--faults", description = "misbehaviour of the simulator, such as brokenJson=0.05,latency=5..20")
    String faults = "";

    @Option(names = "--job-millis", hidden = true, description = "how long a job of the simulator takes")
    long jobMillis = 300;

    @Option(
            names = {"--quiet", "-q"},
            description = "print nothing but errors")
    boolean quiet;

    @Option(names = "--json", description = "print the outcome as JSON")
    boolean json;

    Driver.Options with(Lane lane, String command) {
        if (concurrency < 1 || concurrency > 5000) {
            throw new InvalidFileException("--concurrency", "", "must be from 1 to 5000, not " + concurrency);
        }
        if (findGrace < 0 || interval < 0) {
            throw new InvalidFileException(findGrace < 0 ? "--find-grace" : "--interval", "", "must not be below 0");
        }
        Faults.parse(faults);
        return new Driver.Options(
                lane,
                command,
                concurrency,
                interval * 1000L,
                findGrace * 1000L,
                faults,
                jobMillis,
                millis(timeout),
                grace * 1000L,
                capPicos());
    }

    /** The cap in pico-dollars, -1 for none, {@link Driver#AS_IT_WAS} where nothing is said. */
    long capPicos() {
        if (cap.isEmpty()) {
            return Driver.AS_IT_WAS;
        }
        if (cap.equals("none")) {
            return -1;
        }
        try {
            long picos = new BigDecimal(cap.replaceFirst("^[$]", ""))
                    .movePointRight(12)
                    .setScale(0, RoundingMode.FLOOR)
                    .longValueExact();
            if (picos > 0) {
                return picos;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below, as what is not above 0
        }
        throw new InvalidFileException(
                "--cap", "", "must be dollars above 0, such as 2.50, or none, not '" + cap + "'");
    }

    private static long millis(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        var matcher = java.util.regex.Pattern.compile("(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s?)?")
                .matcher(text);
        if (!matcher.matches()) {
            throw new InvalidFileException(
                    "--timeout", "", "must be like 90, 30s, 30m, 2h or 1h30m, not '" + text + "'");
        }
        return 1000 * (3600 * part(matcher.group(1)) + 60 * part(matcher.group(2)) + part(matcher.group(3)));
    }

    private static long part(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
