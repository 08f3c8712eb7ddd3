package org.ditlab.table;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** Rows of papers, to be read beside a study's own table and never mixed into it. */
public final class PublishedTable {
    /** The table's name, and the stem of its files. */
    public static final String NAME = "published";

    private PublishedTable() {}

    /** The rows of a choice; empty where there are none. */
    public static Optional<ReportTable> of(StudySummary study, PublishedChoice choice) {
        List<PublishedRow> rows = PublishedRows.of(study, choice);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<TableColumn> columns = List.of(
                text(rows, "Model", "As the source calls it.", PublishedRow::model),
                text(
                        rows,
                        "Same architecture here",
                        "The study's variant whose architecture this is, every knob of it.",
                        row -> study.trained().stream()
                                .filter(variant -> PublishedRows.same(variant, row))
                                .map(VariantSummary::name)
                                .collect(Collectors.joining(", "))),
                number(rows, "Params (M)", "As the source prints them.", PublishedRow::parameters),
                number(rows, "GMACs", "By the source's convention.", PublishedRow::gmacs),
                number(rows, "Steps (k)", "Training steps, in thousands.", PublishedRow::steps),
                number(rows, "Batch", "Images of a training step.", PublishedRow::batch),
                number(rows, "Guidance", "Classifier-free guidance scale; 1 is none.", PublishedRow::guidance),
                text(
                        rows,
                        "Sampler",
                        "With its steps; the family's usual one where the source does not say.",
                        PublishedRow::sampler),
                number(rows, "FID-50K", "Over Inception features; smaller is better.", PublishedRow::fid),
                number(rows, "sFID", "Over spatial Inception features; smaller is better.", PublishedRow::sfid),
                number(rows, "IS", "Inception score; larger is better.", PublishedRow::inceptionScore),
                number(rows, "Precision", "Larger is better.", PublishedRow::precision),
                number(rows, "Recall", "Larger is better.", PublishedRow::recall),
                text(rows, "Grade", "A: read in the source; B: in a quotation of it.", PublishedRow::grade),
                text(rows, "Source", "Its name in the caption, and the table.", PublishedRow::where));
        return Optional.of(ReportTable.of(NAME, columns, caption(study, rows)));
    }

    private static List<String> caption(StudySummary study, List<PublishedRow> rows) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "Published rows, as their sources print them: nothing here was measured by this study, and no mark, mean,"
                        + " front or test includes it.");
        sentences.add(
                "All are class-conditional ImageNet at 256 x 256, FID over Inception features of 50 000 samples; steps,"
                        + " batch, guidance and sampler stand in the row.");
        study.protocols().forEach(protocol -> sentences.add(difference(study, protocol)));
        if (study.protocols().isEmpty()) {
            sentences.add("This study has measured nothing yet that could be read beside them.");
        }
        Set<PublishedSource> sources = new LinkedHashSet<>();
        rows.forEach(row -> sources.add(row.source()));
        sentences.add("Sources: "
                + sources.stream()
                        .map(source -> source.key() + " = " + source.citation() + (source.quoted() ? " (quoted)" : "")
                                + ", GMACs: " + source.convention())
                        .collect(Collectors.joining("; "))
                + ".");
        sentences.add("Own GMACs are pure multiply-accumulates; table.csv has both papers' conventions beside them.");
        sentences.add(
                "Grade A was read in the source, B in a quotation of it. Re-runs of one model differ by about 1 FID between"
                        + " these papers.");
        List<String> notes = rows.stream()
                .filter(row -> !row.note().isEmpty())
                .map(row -> row.model() + ": " + row.note())
                .toList();
        if (!notes.isEmpty()) {
            sentences.add(String.join("; ", notes) + ".");
        }
        return sentences;
    }

    /** In what a protocol of the study is another one than the papers'. */
    private static String difference(StudySummary study, Protocol protocol) {
        List<String> differences = new ArrayList<>(PublishedProtocol.differences(protocol));
        boolean other = !differences.isEmpty();
        Object sampler = protocol.fields().get("sampler");
        if (sampler != null) {
            differences.add("sampler: " + sampler);
        }
        String what = protocol.column("FID") + " of " + study.name();
        return other
                ? what + " was measured by another protocol (" + String.join("; ", differences)
                        + "): its values and the published ones must not be compared, at most the order of the models."
                : what + " has features, sample count and reference of the published ones; whether the rest agrees"
                        + (differences.isEmpty() ? "" : " (" + String.join("; ", differences) + ")")
                        + " is for the reader to check before comparing values.";
    }

    private static TableColumn text(
            List<PublishedRow> rows, String heading, String meaning, Function<PublishedRow, String> value) {
        return new TableColumn(
                heading,
                meaning,
                false,
                rows.stream()
                        .map(value)
                        .map(text -> text.isEmpty() ? Cell.EMPTY : Cell.of(text))
                        .toList());
    }

    private static TableColumn number(
            List<PublishedRow> rows, String heading, String meaning, ToDoubleFunction<PublishedRow> value) {
        return new TableColumn(
                heading,
                meaning,
                true,
                rows.stream()
                        .mapToDouble(value)
                        .mapToObj(number -> Double.isNaN(number) ? Cell.EMPTY : new Cell(Figures.plain(number), number))
                        .toList());
    }
}
