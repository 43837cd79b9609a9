package dev.caravan.arrival;

/** What was dropped cannot be used; always caught inside this package. */
final class ArrivalRefusedException extends Exception {
    private final transient ArrivalRefusal refusal;

    ArrivalRefusedException(ArrivalRefusal refusal) {
        super(refusal.toString());
        this.refusal = refusal;
    }

    ArrivalRefusal refusal() {
        return refusal;
    }
}
