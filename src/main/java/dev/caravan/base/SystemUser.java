package dev.caravan.base;

/** Who is at the machine, as it knows him: whose word a command is, for the journal. */
public final class SystemUser {
    private SystemUser() {}

    public static String name() {
        return System.getProperty("user.name", "someone");
    }
}
