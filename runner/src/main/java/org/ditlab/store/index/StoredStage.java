package org.ditlab.store.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the index holds of a stage, and how far its files were read.
 *
 * @param id the index's number of it
 */
record StoredStage(long id, boolean done, List<Attempt> attempts) {
    /**
     * One attempt's log.
     *
     * @param size of the file when it was last looked at; -1 when it could not be read
     * @param modified its time then
     * @param position the byte after the last newline that was read
     * @param prefix checksum over parts of the bytes before it
     * @param lines how many lines those are
     * @param facts what {@code provenance.json} looked like
     */
    record Attempt(int number, long size, long modified, long position, long prefix, long lines, String facts) {
        boolean sees(StageFiles.Attempt now) {
            return now.log()
                    .map(stamp -> stamp.size() == size && stamp.modified() == modified)
                    .orElse(size == 0 && modified == 0);
        }

        boolean mayGoOn(StageFiles.Attempt now) {
            return size >= 0 && now.log().isPresent() && now.log().get().size() >= Math.max(size, position);
        }
    }

    /** Whether no log has changed. */
    boolean sees(StageFiles now) {
        if (attempts.size() != now.attempts().size()) {
            return false;
        }
        for (int i = 0; i < attempts.size(); i++) {
            if (attempts.get(i).number() != now.attempts().get(i).number()
                    || !attempts.get(i).sees(now.attempts().get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The attempts that can be kept as they are or read on, when what has changed comes after all that was read; empty when
     * the stage must be read anew.
     */
    Optional<List<Attempt>> kept(StageFiles now) {
        if (attempts.size() > now.attempts().size()) {
            return Optional.empty();
        }
        for (int i = 0; i < attempts.size(); i++) {
            Attempt then = attempts.get(i);
            StageFiles.Attempt found = now.attempts().get(i);
            boolean last = i == attempts.size() - 1;
            if (then.number() != found.number() || !(then.sees(found) || last && then.mayGoOn(found))) {
                return Optional.empty();
            }
        }
        return Optional.of(new ArrayList<>(attempts));
    }
}
