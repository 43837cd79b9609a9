package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.CallOverrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a pipeline that runs, to be changed from there. */
@Command(name = "new", description = "Write a new pipeline that runs, from a shipped one.")
final class NewCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "NAME")
    String name = "";

    @Option(names = "--from", paramLabel = "PIPELINE", description = "which to start from (default ticket-triage)")
    String from = "ticket-triage";

    NewCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,59}")) {
            throw new UserMistakeException(
                    "caravan new", name, "a pipeline's name is 1 to 60 letters, digits, _ or -: it names a folder");
        }
        Path source = context.find(from);
        Path target = CommandContext.pipelines().resolve(name);
        if (Files.exists(target)) {
            throw new UserMistakeException(target.toString(), "", "already exists; choose another name");
        }
        try {
            copy(source, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
        context.read(target, CallOverrides.NONE);
        context.out().println("wrote " + target + ", from " + from + ". Next:");
        context.out().println("  caravan validate-config " + name);
        context.out().println("  caravan run " + name + " --provider simulator");
        return ExitCode.DONE;
    }

    private void copy(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Path copy = target.resolve(source.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                } else if (each.endsWith("config.yaml")) {
                    Files.writeString(copy, named(Files.readString(each)));
                } else if (!each.endsWith("README.md")) {
                    Files.copy(each, copy);
                }
            }
        }
    }

    private String named(String config) {
        return config.replaceFirst("(?m)^(  name: ).*$", "$1" + name);
    }
}
