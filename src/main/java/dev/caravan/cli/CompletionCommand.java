package dev.caravan.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what lets a shell complete commands, options, and the names of runs and pipelines. */
@Command(
        name = "completion",
        description = {
            "Print the completion of commands, options, runs and pipelines for a shell.",
            "",
            "  bash   source <(caravan completion bash)     in ~/.bashrc",
            "  zsh    source <(caravan completion zsh)      in ~/.zshrc, after compinit",
            "  fish   caravan completion fish | source      in ~/.config/fish/config.fish",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    private final CommandContext context;

    @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "the shell")
    String shell = "";

    @Spec
    CommandSpec spec = CommandSpec.create();

    CompletionCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        var providers = new ArrayList<>(context.registry().providers());
        providers.add("simulator");
        var script = new CompletionScript(spec.parent(), shipped(), providers);
        context.data()
                .print(
                        switch (shell) {
                            case "bash" -> script.bash();
                            case "zsh" -> script.zsh();
                            case "fish" -> script.fish();
                            default ->
                                throw new ParameterException(
                                        spec.commandLine(),
                                        "'" + shell + "' is no shell that is known here: bash, zsh or fish");
                        });
        return ExitCode.DONE;
    }

    private List<String> shipped() {
        var folder = context.home().resolve("pipelines");
        return Files.isDirectory(folder) ? NamedFolders.in(folder) : List.of();
    }
}
