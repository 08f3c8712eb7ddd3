package org.ditlab.run.estimate;

import org.ditlab.study.plan.StageKind;

/** Measurements that nobody made. */
final class Rows {
    static final Engine ENGINE = new Engine("abacus", "cpu", 2, "wood");

    private Rows() {}

    static Throughput training(String stage, String architecture, double macs, double seconds) {
        return new Throughput(ENGINE, work(StageKind.TRAIN, architecture, macs), seconds, stage);
    }

    static Work work(StageKind kind, String architecture, double macs) {
        boolean model = kind == StageKind.TRAIN || kind == StageKind.SAMPLE;
        return new Work(kind, model ? "fp32" : "", architecture, model ? 8 : 0, macs, 1);
    }
}
