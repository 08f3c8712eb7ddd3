package org.ditlab.store.index;

import java.util.Locale;
import java.util.Set;
import org.ditlab.study.StudyException;

/** Lets one statement through that reads; the connection refuses writing by itself, this says why in words. */
final class SelectGuard {
    private static final Set<String> READING = Set.of("select", "with", "values", "explain");

    private SelectGuard() {}

    /** @throws StudyException when the text is something else */
    static void check(String sql) {
        int begin = blank(sql, 0);
        int end = begin;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        String word = sql.substring(begin, end).toLowerCase(Locale.ROOT);
        if (word.isEmpty()) {
            throw new StudyException("the query is empty; expected a select, for instance: select * from trial");
        }
        if (!READING.contains(word)) {
            throw new StudyException("the query begins with \"" + word
                    + "\"; the index is only read: expected select, with, values or explain");
        }
        int semicolon = statementEnd(sql);
        if (blank(sql, semicolon + 1) < sql.length()) {
            throw new StudyException("the query goes on after its semicolon; give one statement at a time");
        }
    }

    /** Index of the first semicolon outside quotes and comments, or the length. */
    private static int statementEnd(String sql) {
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == ';') {
                return i;
            }
            int next = blank(sql, i);
            if (next > i) {
                i = next;
            } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
                int close = sql.indexOf(c == '[' ? ']' : c, i + 1);
                i = close < 0 ? sql.length() : close + 1;
            } else {
                i++;
            }
        }
        return i;
    }

    /** The first index from {@code i} on that is neither white space nor comment. */
    private static int blank(String sql, int i) {
        int at = i;
        while (at < sql.length()) {
            if (Character.isWhitespace(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else {
                return at;
            }
        }
        return Math.max(at, i);
    }
}
