package dev.caravan.base;

import java.util.List;

/** A file or command of the user's that cannot be used. Its message is for the user; there is nothing to trace. */
public class InvalidFileException extends RuntimeException {
    private final String subject;
    private final transient List<Problems.Problem> problems;

    InvalidFileException(String subject, List<Problems.Problem> problems) {
        super(describe(subject, problems));
        this.subject = subject;
        this.problems = List.copyOf(problems);
    }

    /** One thing wrong with one file, where no collection of problems is at hand. */
    public InvalidFileException(String file, String path, String message) {
        this(file, List.of(new Problems.Problem(file, path, message)));
    }

    String subject() {
        return subject;
    }

    public List<Problems.Problem> problems() {
        return problems;
    }

    private static String describe(String subject, List<Problems.Problem> problems) {
        var text = new StringBuilder(PlainText.line(subject)).append(" cannot be used:");
        problems.forEach(each -> text.append("\n  - ").append(each));
        return text.toString();
    }
}
