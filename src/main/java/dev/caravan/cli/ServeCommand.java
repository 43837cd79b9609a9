package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.provider.Keys;
import dev.caravan.provider.Lane;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.SpendRule;
import dev.caravan.simulator.Faults;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.WebhookSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves a folder of pipelines. */
@Command(
        name = "serve",
        description = "Turn what is dropped into pipelines/ into runs, and keep them going, until stopped.")
final class ServeCommand extends RunsCommand {
    private static final BigDecimal MOST_DOLLARS = new BigDecimal(1_000_000);

    @Option(names = "--pipelines", paramLabel = "DIR", description = "where things are dropped (default pipelines)")
    String pipelines = "";

    @Option(names = "--mode", paramLabel = "MODE", description = "batch (half the price, default) or realtime")
    String mode = "batch";

    @Option(
            names = "--auto-start-below",
            paramLabel = "USD",
            description =
                    "start a run unasked that is estimated to cost less, with this as its cap; default 0: ask always")
    String autoStartBelow = "0";

    @Option(names = "--simulate", description = "the built-in simulator takes the place of every provider")
    boolean simulate;

    @Option(names = "--runs", paramLabel = "N", description = "most runs at work at one time (default 8)")
    int runs = 8;

    @Option(names = "--concurrency", paramLabel = "N", description = "most realtime calls in flight (default 100)")
    int concurrency = 100;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "between two looks at a job (default 15)")
    int interval = 15;

    @Option(
            names = "--find-grace",
            paramLabel = "SECONDS",
            description = "how long a job may be missing from the provider's list before it is made again (default 60)")
    int findGrace = 60;

    @Option(names = "--grace", paramLabel = "SECONDS", description = "how long stopping waits for calls (default 30)")
    int grace = 30;

    @Option(names = "--host", paramLabel = "H", description = "address to listen on (default 127.0.0.1)")
    String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "port to listen on; 0 for any free one (default 8700)")
    int port = 8700;

    @Option(
            names = "--allowed-host",
            paramLabel = "NAME",
            description = "another name that the service is called by, such as a proxy's; may be given again")
    List<String> allowedHosts = List.of();

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description = "tell it of runs that are done, failed, paused or want approval; may be given again")
    List<String> webhookUrls = List.of();

    @Option(names = "--no-http", description = "do not listen")
    boolean noHttp;

    @Option(names = "--json", description = "print one JSON object a line")
    boolean json;

    @Option(names = "--faults", hidden = true, description = "misbehaviour of the simulator")
    String faults = "";

    @Option(names = "--job-millis", hidden = true, description = "how long a job of the simulator takes")
    long jobMillis = 300;

    ServeCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        between("--concurrency", concurrency, 1, 5000);
        between("--runs", runs, 1, 1000);
        between("--interval", interval, 0, 86_400);
        between("--find-grace", findGrace, 0, 86_400);
        between("--grace", grace, 0, 86_400);
        Faults.parse(faults);
        Lane lane = RunCommand.lane(mode);
        Keys keys = Keys.of(System.getenv(), Path.of("."));
        HttpSettings http = noHttp ? null : HttpSettings.of(host, port, allowedHosts, keys);
        WebhookSettings webhooks = WebhookSettings.of(webhookUrls, keys);
        var settings =
                new ServeSettings(folder(), Shop.runs(), lane, simulate, new SpendRule(picos(autoStartBelow)), runs);
        var options = new Driver.Options(
                lane,
                "caravan serve",
                concurrency,
                interval * 1000L,
                findGrace * 1000L,
                faults,
                jobMillis,
                0,
                grace * 1000L,
                Driver.AS_IT_WAS);
        return shop.driver().serve(settings, options, http, webhooks, new NoticeLines(shop.out(), shop.clock(), json));
    }

    private static void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidFileException(option, "", "must be from " + least + " to " + most + ", not " + value);
        }
    }

    /** The usual folder is made where it is missing; one that was named must be there. */
    private Path folder() {
        Path folder = Path.of(pipelines.isEmpty() ? "pipelines" : pipelines);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        if (!pipelines.isEmpty()) {
            throw new InvalidFileException("--pipelines", pipelines, "is no folder; make it first: mkdir " + pipelines);
        }
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
    }

    private static long picos(String usd) {
        try {
            var dollars = new BigDecimal(usd.replaceFirst("^[$]", ""));
            if (dollars.signum() >= 0 && dollars.compareTo(MOST_DOLLARS) <= 0) {
                return dollars.movePointRight(12)
                        .setScale(0, RoundingMode.FLOOR)
                        .longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below, as what is below 0
        }
        throw new InvalidFileException(
                "--auto-start-below", "", "must be dollars from 0 to 1000000, such as 2.50, not '" + usd + "'");
    }
}
