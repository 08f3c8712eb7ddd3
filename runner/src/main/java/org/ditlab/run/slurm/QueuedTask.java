package org.ditlab.run.slurm;

/**
 * A row of {@code squeue}: one element of a job array, or a job that is none.
 *
 * @param job the array's id
 * @param index of the element; -1 for a job that is no array
 * @param state {@code PENDING}, {@code RUNNING}, {@code COMPLETING}, ...
 * @param node where it runs; empty while it waits
 * @param name of the job
 * @param reason why it waits
 */
record QueuedTask(String job, int index, String state, String node, String name, String reason) {
    /** What {@code squeue} is asked for. */
    static final String FORMAT = "%F|%K|%T|%N|%j|%r";

    private static final int FIELDS = 6;

    static QueuedTask parse(String line) {
        String[] fields = line.split("\\|", FIELDS);
        if (fields.length < FIELDS) {
            throw new IllegalArgumentException("no row of squeue: " + line);
        }
        int index = fields[1].matches("[0-9]{1,9}") ? Integer.parseInt(fields[1]) : -1;
        return new QueuedTask(fields[0], index, fields[2], fields[3], fields[4], fields[5]);
    }

    boolean running() {
        return state.equals("RUNNING");
    }

    /** {@code 12_3}: what Slurm's commands take. */
    String id() {
        return index < 0 ? job : job + "_" + index;
    }
}
