package org.ditlab.train;

import org.ditlab.knob.Settings;

/**
 * The learning rate of each step, which count from 1: {@code base s / w} for {@code s < w}, the steps of the warm-up; then
 * {@code end + (base - end) left((s - 1 - w) / (S - w))} of S steps, so that a fall starts at the base and would be at the end
 * one step after the last.
 *
 * @param warmup w
 * @param total S, all steps of the budget
 */
public record LearningRate(double base, int warmup, LearningRateSchedule schedule, double end, int total) {
    /** Of a recipe. */
    public static LearningRate of(Settings settings) {
        return new LearningRate(
                settings.get(TrainKnobs.LEARNING_RATE),
                settings.get(TrainKnobs.WARMUP),
                settings.get(TrainKnobs.LEARNING_RATE_SCHEDULE),
                settings.get(TrainKnobs.LEARNING_RATE_END),
                settings.get(TrainKnobs.STEPS));
    }

    /** @param step from 1 */
    public double at(long step) {
        if (step < warmup) {
            return base * (step / (double) warmup);
        }
        if (schedule == LearningRateSchedule.CONSTANT) {
            return base;
        }
        double progress = Math.max(0, step - 1 - warmup) / (double) Math.max(1, total - warmup);
        return end + (base - end) * schedule.left(progress);
    }
}
