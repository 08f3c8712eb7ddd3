package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/**
 * How long what is left of a plan will take; who runs it knows, the planner has no clock.
 *
 * @param seconds one worker's, by trial hash, of the stages without a result; a stage of several trials counts for the first
 *     of them. A trial of which nothing is known is not in it
 * @param workers trials at a time
 * @param threads of one worker
 * @param basis where the seconds come from, as part of a sentence; empty where nothing is left or known
 * @param remarks complete lines for the person who planned
 */
public record Estimates(Map<String, Double> seconds, int workers, int threads, String basis, List<String> remarks) {
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    public Estimates {
        seconds = Map.copyOf(seconds);
        remarks = List.copyOf(remarks);
        if (workers < 1 || threads < 1) {
            throw new IllegalArgumentException(workers + " workers of " + threads + " threads");
        }
    }

    /** The same with one more remark. */
    public Estimates and(String remark) {
        List<String> more = new ArrayList<>(remarks);
        more.add(remark);
        return new Estimates(seconds, workers, threads, basis, more);
    }

    /** Seconds that are left of a trial; empty where they are not known. */
    public OptionalDouble of(Trial trial) {
        Double known = seconds.get(trial.hash());
        return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
    }

    /** Seconds of one worker for all of it; empty where a trial's are not known. */
    public OptionalDouble work(Plan plan) {
        double sum = 0;
        for (Trial trial : plan.trials()) {
            if (of(trial).isEmpty()) {
                return OptionalDouble.empty();
            }
            sum += of(trial).getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    /** Seconds until all is done where the worker that is free first takes the next trial; empty as {@link #work}. */
    public OptionalDouble wall(Plan plan) {
        if (work(plan).isEmpty()) {
            return OptionalDouble.empty();
        }
        PriorityQueue<Double> free = new PriorityQueue<>();
        double end = 0;
        for (Trial trial : plan.trials()) {
            double begin = free.size() < workers ? 0 : free.remove();
            free.add(begin + of(trial).getAsDouble());
            end = Math.max(end, begin + of(trial).getAsDouble());
        }
        return OptionalDouble.of(end);
    }

    /** {@code 2 workers of 1 thread}. */
    public String share() {
        return workers
                + (workers == 1 ? " worker of " : " workers of ")
                + threads
                + (threads == 1 ? " thread" : " threads");
    }

    /** {@code 26:03:09}: hours, minutes and seconds, the last begun second counted. */
    public static String clock(double seconds) {
        long whole = (long) Math.ceil(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / HOUR, whole / MINUTE % MINUTE, whole % MINUTE);
    }
}
