package org.ditlab.study.yaml;

import java.util.Optional;
import org.ditlab.study.StudyException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Text to nodes: one YAML 1.2 document, a map, without anchors, aliases and tags and of small depth, so that a small file
 * cannot stand for a large one.
 */
final class YamlNodes {
    /** Longest file that is read, in characters. */
    static final int MAX_LENGTH = 1 << 20;

    private static final int MAX_DEPTH = 24;

    private final SourceText source;
    private final YamlProblems problems;
    private final LoadSettings settings;
    private int depth;
    private int documents;

    YamlNodes(SourceText source, YamlProblems problems) {
        this.source = source;
        this.problems = problems;
        this.settings = LoadSettings.builder()
                .setLabel(source.fileName())
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .setCodePointLimit(MAX_LENGTH + 1)
                .build();
    }

    /**
     * The map that the file holds.
     *
     * @throws StudyException when it is no YAML, holds something else, or uses what a study file may not
     */
    MappingNode root(String text) {
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                guard(event);
            }
            problems.throwIfAny();
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent() && root.get() instanceof MappingNode map) {
                return map;
            }
            if (root.isPresent()) {
                problems.add(root.get(), "this is no study; expected keys such as study: and base:");
            } else {
                problems.add(0, 0, "the file is empty; expected keys such as study: and base:");
            }
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            String context = e.getContext() == null ? "" : " " + visible(e.getContext());
            String what = "not YAML: " + visible(String.valueOf(e.getProblem())) + context + "; expected YAML 1.2";
            int line = mark.map(Mark::getLine).orElse(0);
            int column = mark.map(Mark::getColumn).orElse(0);
            problems.add(line, column, what);
        } catch (ReaderException e) {
            int[] at = source.position(e.getPosition());
            String what = String.format(
                    "the character U+%04X may not stand in YAML; expected printable text", e.getCodePoint());
            problems.add(at[0], at[1], what);
        } catch (YamlEngineException e) {
            problems.add(0, 0, "not YAML: " + visible(String.valueOf(e.getMessage())) + "; expected YAML 1.2");
        }
        problems.throwIfAny();
        throw new IllegalStateException("a file without a root map has a problem");
    }

    private void guard(Event event) {
        if (event instanceof CollectionStartEvent start) {
            depth++;
            if (depth > MAX_DEPTH) {
                refuse(event, "lists and maps are nested deeper than " + MAX_DEPTH + "; expected a study");
                problems.throwIfAny();
            }
            if (start.getTag().isPresent()) {
                refuse(event, "tags (!) are not used in study files; expected the plain value");
            }
        } else if (event instanceof CollectionEndEvent) {
            depth--;
        } else if (event instanceof ScalarEvent scalar && scalar.getTag().isPresent()) {
            refuse(event, "tags (!) are not used in study files; expected the plain value");
        } else if (event instanceof DocumentStartEvent) {
            documents++;
            if (documents == 2) {
                refuse(event, "a second document begins; expected one study per file");
            }
        }
        if (event instanceof AliasEvent) {
            refuse(event, "aliases (*) are not used in study files; expected the value written out");
        } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            refuse(event, "anchors (&) are not used in study files; expected the value alone");
        }
    }

    private void refuse(Event event, String text) {
        Mark mark = event.getStartMark().orElseThrow();
        problems.add(mark.getLine(), mark.getColumn(), text);
    }

    private static String visible(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(200)
                .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || !Character.isDefined(c) ? ' ' : c));
        return shown.toString();
    }
}
