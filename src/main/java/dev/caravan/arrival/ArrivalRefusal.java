package dev.caravan.arrival;

/**
 * Why something that was dropped cannot be used.
 *
 * @param file what was dropped, by its name
 * @param place inside of it: an entry, a path; empty for the whole
 * @param wrong what is wrong there
 * @param right what would be right
 */
public record ArrivalRefusal(Kind kind, String file, String place, String wrong, String right) {

    /** What is wrong, for programs. */
    public enum Kind {
        /** A path that is absolute, climbs, or has a backslash or a drive letter in it. */
        LEADS_OUT,
        /** A symbolic link. */
        LINK,
        /** Neither a file nor a folder. */
        SPECIAL,
        DUPLICATE,
        TOO_MANY,
        TOO_LARGE,
        /** Unpacks to far more than it should. */
        BOMB,
        /** There is something of that name already. */
        TAKEN,
        ENCRYPTED,
        /** Damaged, incomplete, or no zip file at all. */
        BROKEN,
        NO_CONFIG,
        /** A name that a folder or file may not have. */
        NAME,
        /** Items in a form that is not read. */
        FORMAT,
        /** The caller could not use it. */
        CONTENT,
        /** The disk would not have it; tried again later. */
        DISK
    }

    /** One line: {@code triage.zip: ../x: leads out of the folder; pack …}. */
    @Override
    public String toString() {
        return file + ": " + (place.isEmpty() ? "" : place + ": ") + wrong + (right.isEmpty() ? "" : "; " + right);
    }

    /** For the text file beside what was put aside. */
    String page() {
        return "file:  " + file + "\nplace: " + (place.isEmpty() ? "the whole" : place) + "\nwrong: " + wrong
                + "\nright: " + right + "\n";
    }
}
