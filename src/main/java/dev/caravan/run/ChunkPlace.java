package dev.caravan.run;

/** A chunk at a step: the place of a results file and of the settled files beside it. */
public record ChunkPlace(int step, int chunk) {

    /** Reads back what {@link #toString} wrote. */
    static ChunkPlace parse(String text) {
        int slash = text.indexOf('/');
        return new ChunkPlace(Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** As {@code step/chunk}. */
    @Override
    public String toString() {
        return step + "/" + chunk;
    }
}
