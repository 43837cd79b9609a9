package dev.caravan.camel.provider;

import static dev.caravan.camel.provider.HttpCalls.body;
import static dev.caravan.camel.provider.HttpCalls.cause;
import static dev.caravan.camel.provider.HttpCalls.describe;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.harmless;
import static dev.caravan.camel.provider.HttpCalls.prepare;
import static dev.caravan.camel.provider.HttpCalls.safe;
import static dev.caravan.camel.provider.HttpCalls.status;

import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** Downloads a batch's result files, and deletes its files at the provider once they are settled. */
public final class OpenAiFiles {

    /** The result files there are; also begins the collecting. */
    public List<String> resultFiles(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        exchange.setProperty("collected", new ArrayList<Path>());
        return Stream.of(status.outputFile(), status.errorFile())
                .filter(Objects::nonNull)
                .map(HttpCalls::safe)
                .toList();
    }

    private static String next(Exchange exchange, String list) {
        List<?> files = Objects.requireNonNull(exchange.getProperty(list, List.class));
        Integer index = exchange.getProperty(Exchange.LOOP_INDEX, Integer.class);
        String file = safe(String.valueOf(files.get(index == null ? 0 : index)));
        exchange.setProperty("wantedFile", file);
        return file;
    }

    public void downloadRequest(Exchange exchange) {
        prepare(exchange, "GET", "/files/" + next(exchange, "wantedFiles") + "/content", null, null);
    }

    public void downloadReply(Exchange exchange) throws IOException {
        if (status(exchange) != 200) {
            Answer trouble = harmless(exchange, body(exchange));
            exchange.setProperty("trouble", trouble);
            end(exchange, new JobAnswer.Trouble(trouble));
            return;
        }
        Path folder = Objects.requireNonNull(exchange.getProperty("jobFolder", Path.class));
        Path target = folder.resolve(exchange.getProperty("wantedFile", String.class) + ".jsonl");
        Path hidden = folder.resolve("." + target.getFileName() + ".tmp");
        try (InputStream in = exchange.getMessage().getBody(InputStream.class)) {
            Files.copy(in, hidden, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        @SuppressWarnings("unchecked")
        List<Path> collected = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        collected.add(target);
        end(exchange, new JobAnswer.Done());
    }

    public void downloadLost(Exchange exchange) {
        var lost = new Answer.Transient("unreachable", describe(cause(exchange)));
        exchange.setProperty("trouble", lost);
        end(exchange, new JobAnswer.Trouble(lost));
    }

    public void collected(Exchange exchange) {
        Answer trouble = exchange.getProperty("trouble", Answer.class);
        @SuppressWarnings("unchecked")
        List<Path> files = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        end(exchange, trouble == null ? new JobAnswer.Collected(files) : new JobAnswer.Trouble(trouble));
    }

    /** Every file of the job in the body; also begins the discarding. */
    public List<String> doneFiles(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        exchange.setProperty("leftFiles", new ArrayList<String>());
        return Stream.of(status.inputFile(), status.outputFile(), status.errorFile())
                .filter(Objects::nonNull)
                .map(HttpCalls::safe)
                .toList();
    }

    public void deleteRequest(Exchange exchange) {
        prepare(exchange, "DELETE", "/files/" + next(exchange, "doneFiles"), null, null);
    }

    public void deleteReply(Exchange exchange) {
        int status = status(exchange);
        if (status != 200 && status != 404) {
            left(exchange, "HTTP " + status);
        }
        end(exchange, new JobAnswer.Done());
    }

    public void deleteLost(Exchange exchange) {
        left(exchange, describe(cause(exchange)));
        end(exchange, new JobAnswer.Done());
    }

    private static void left(Exchange exchange, String why) {
        @SuppressWarnings("unchecked")
        List<String> left = Objects.requireNonNull(exchange.getProperty("leftFiles", List.class));
        left.add(exchange.getProperty("wantedFile", String.class) + " (" + why + ")");
    }

    public void discarded(Exchange exchange) {
        List<?> left = Objects.requireNonNull(exchange.getProperty("leftFiles", List.class));
        end(
                exchange,
                left.isEmpty()
                        ? new JobAnswer.Done()
                        : new JobAnswer.Trouble(new Answer.Transient("files_left", String.valueOf(left))));
    }
}
