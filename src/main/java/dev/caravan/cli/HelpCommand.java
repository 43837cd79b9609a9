package dev.caravan.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan help run} for those who do not write {@code caravan run --help}. */
@Command(name = "help", description = "Explain a command, or list them all.")
final class HelpCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "which one, as it is written: import octobatch")
    List<String> words = List.of();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        CommandLine found = spec.parent().commandLine();
        for (String word : words) {
            CommandLine next = found.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(
                        found,
                        "'" + word + "' is no command of "
                                + found.getCommandSpec().qualifiedName());
            }
            found = next;
        }
        found.usage(spec.commandLine().getOut());
        return ExitCode.DONE;
    }
}
