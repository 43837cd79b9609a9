package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.MoneyText;
import dev.caravan.provider.Lane;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of all commands that drive a run. */
final class DriveOptions {
    private static final Pattern TIME = Pattern.compile("(?=.)(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s?)?");

    @Mixin
    EngineOptions engine = new EngineOptions();

    @Option(names = "--timeout", paramLabel = "TIME", description = "leave the run waiting after 90, 30s, 30m or 2h")
    String timeout = "";

    @Option(
            names = {"--cap", "--max-cost"},
            paramLabel = "USD",
            description = "most that the run may cost, worst cases included; none lifts it")
    String cap = "";

    @Option(
            names = {"--quiet", "-q"},
            description = "print nothing but errors")
    boolean quiet;

    @Option(names = "--json", description = "print the outcome as JSON")
    boolean json;

    RunDriver.Options with(Lane lane, String command) {
        return engine.with(lane, command, millis(timeout), capPicos());
    }

    /** The cap in pico-dollars, -1 for none, {@link RunDriver#AS_IT_WAS} where nothing is said. */
    long capPicos() {
        if (cap.isEmpty()) {
            return RunDriver.AS_IT_WAS;
        }
        if (cap.equals("none")) {
            return -1;
        }
        var picos = MoneyText.picos(cap);
        if (picos.isPresent() && picos.getAsLong() > 0) {
            return picos.getAsLong();
        }
        throw new UserMistakeException(
                "--cap", "", "must be dollars above 0 and up to 1000000, such as 2.50, or none, not '" + cap + "'");
    }

    private static long millis(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        var parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new UserMistakeException(
                    "--timeout", "", "must be like 90, 30s, 30m, 2h or 1h30m, not '" + text + "'");
        }
        return 1000 * (3600 * part(parts.group(1)) + 60 * part(parts.group(2)) + part(parts.group(3)));
    }

    private static long part(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
