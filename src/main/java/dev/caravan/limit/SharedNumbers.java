package dev.caravan.limit;

import java.util.function.LongSupplier;

/** Numbers that several runs, or several processes, share; what is done with them is done by one at a time. */
interface SharedNumbers {
    /** How many there are; all begin as 0. */
    int COUNT = 64;

    long get(int cell);

    void set(int cell, long value);

    /** Carries something out while nobody else does. */
    long alone(LongSupplier work);

    /** Numbers of this process only. */
    static SharedNumbers ofProcess() {
        long[] cells = new long[COUNT];
        return new SharedNumbers() {
            @Override
            public long get(int cell) {
                return cells[cell];
            }

            @Override
            public void set(int cell, long value) {
                cells[cell] = value;
            }

            @Override
            public long alone(LongSupplier work) {
                synchronized (cells) {
                    return work.getAsLong();
                }
            }
        };
    }
}
