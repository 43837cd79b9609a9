package dev.caravan.base;

/**
 * One thing wrong.
 *
 * @param file as the user knows it, relative to the pipeline folder where there is one
 * @param path place inside the file: {@code pipeline.steps[1].name}, {@code line 7}, or empty for the whole file
 * @param message what is wrong with the value as written, and what would be right
 */
public record Problem(String file, String path, String message) {
    @Override
    public String toString() {
        return PlainText.line(file)
                + (path.isEmpty() ? "" : ": " + PlainText.line(path))
                + ": "
                + PlainText.lines(message).replace("\n", "\n    ");
    }
}
