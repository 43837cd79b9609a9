package dev.caravan.base;

import java.util.List;

/** A file or command of the user's that cannot be used. Its message is for the user; there is nothing to trace. */
public class UserMistakeException extends RuntimeException {
    private final String subject;
    private final transient List<Problem> problems;

    UserMistakeException(String subject, List<Problem> problems) {
        super(describe(subject, problems));
        this.subject = subject;
        this.problems = List.copyOf(problems);
    }

    /** One thing wrong with one file, where no collection of problems is at hand. */
    public UserMistakeException(String file, String path, String message) {
        this(file, List.of(new Problem(file, path, message)));
    }

    String subject() {
        return subject;
    }

    public List<Problem> problems() {
        return problems;
    }

    /** Of a single problem one line, which names the subject once. */
    private static String describe(String subject, List<Problem> problems) {
        String plain = PlainText.line(subject);
        if (problems.size() == 1) {
            Problem only = problems.get(0);
            return only.file().equals(subject) ? only.toString() : plain + " cannot be used: " + only;
        }
        var text = new StringBuilder(plain).append(" cannot be used:");
        problems.forEach(each -> text.append("\n  - ").append(each));
        return text.toString();
    }
}
