package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cost.MoneyText;
import dev.caravan.provider.Lane;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.SpendRule;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.WebhookSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a folder of pipelines. */
@Command(
        name = "serve",
        description = "Turn what is dropped into pipelines/ into runs, and keep them going, until stopped.")
final class ServeCommand extends RunsCommand {
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

    @Mixin
    EngineOptions engine = new EngineOptions();

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

    ServeCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        EngineOptions.between("--runs", runs, 1, 1000);
        Lane lane = RunCommand.lane(mode);
        var options = engine.with(lane, "caravan serve", 0, RunDriver.AS_IT_WAS);
        ProviderKeys keys = ProviderKeys.of(System.getenv(), WorkingFolder.path());
        HttpSettings http = noHttp ? null : HttpSettings.of(host, port, allowedHosts, keys);
        WebhookSettings webhooks = WebhookSettings.of(webhookUrls, keys);
        var settings = new ServeSettings(
                folder(), CommandContext.runs(), lane, simulate, new SpendRule(picos(autoStartBelow)), runs);
        if (!simulate) {
            context.registry()
                    .moved(context.registry().providers())
                    .forEach(each -> context.err().println("caravan: " + each));
        }
        return context.driver()
                .serve(
                        settings,
                        options,
                        http,
                        webhooks,
                        new NoticeLines(json ? context.data() : context.out(), context.clock(), json));
    }

    /** The usual folder is made where it is missing; one that was named must be there. */
    private Path folder() {
        Path folder = pipelines.isEmpty() ? CommandContext.pipelines() : Path.of(pipelines);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        if (!pipelines.isEmpty()) {
            throw new UserMistakeException("--pipelines", pipelines, "is no folder; make it first: mkdir " + pipelines);
        }
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
    }

    private static long picos(String usd) {
        var picos = MoneyText.picos(usd);
        if (picos.isPresent()) {
            return picos.getAsLong();
        }
        throw new UserMistakeException(
                "--auto-start-below", "", "must be dollars from 0 to 1000000, such as 2.50, not '" + usd + "'");
    }
}
