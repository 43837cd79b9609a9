package dev.caravan.run;

/** Whom a step asks: a provider, and a model of its. */
public record AskedModel(String provider, String model) {
    @Override
    public String toString() {
        return provider + " " + model;
    }
}
