package org.ditlab.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.ModelZoo;
import org.ditlab.model.Skeleton;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.jspecify.annotations.Nullable;

/** What papers print of models like these: {@code published.csv} and {@code published-sources.csv} of this module. */
public final class PublishedRows {
    private static final String UNET = "unet";
    private static final Set<String> SILENT_IN_A_U = Set.of("patch", "depth");
    private static final Set<String> SILENT_ELSE = Set.of("stages");

    private PublishedRows() {}

    /** All rows, in the order of the file; some may not be printed. */
    public static List<PublishedRow> read() {
        Map<String, PublishedSource> sources = new HashMap<>();
        for (String line : lines("published-sources.csv")) {
            String[] fields = line.split(",", 4);
            sources.put(
                    fields[0], new PublishedSource(fields[0], Boolean.parseBoolean(fields[1]), fields[2], fields[3]));
        }
        List<PublishedRow> rows = new ArrayList<>();
        for (String line : lines("published.csv")) {
            String[] fields = line.split(",", -1);
            rows.add(new PublishedRow(
                    fields[0],
                    fields[1],
                    fields[2],
                    number(fields[3]),
                    number(fields[4]),
                    Integer.parseInt(fields[5]),
                    Integer.parseInt(fields[6]),
                    number(fields[7]),
                    fields[8],
                    number(fields[9]),
                    number(fields[10]),
                    number(fields[11]),
                    number(fields[12]),
                    number(fields[13]),
                    fields[14],
                    Objects.requireNonNull(sources.get(fields[15]), fields[15]),
                    fields[16],
                    fields[17]));
        }
        return List.copyOf(rows);
    }

    /** The rows that a choice means for a study; none that may not be printed. */
    public static List<PublishedRow> of(StudySummary study, PublishedChoice choice) {
        Set<String> families = families(study);
        return read().stream()
                .filter(PublishedRow::printable)
                .filter(row -> switch (choice) {
                    case ALL -> true;
                    case NONE -> false;
                    case MATCHING -> families.contains(row.family());
                })
                .toList();
    }

    /** The families that a study's variants belong to, by their skeleton and conditioning. */
    private static Set<String> families(StudySummary study) {
        Set<String> families = new HashSet<>();
        for (VariantSummary variant : study.trained()) {
            Map<String, Object> settings = variant.settings();
            if (UNET.equals(settings.get("skeleton"))) {
                families.addAll(List.of("U-DiT", "U-DiT-T"));
            } else {
                families.add("DiT");
                if (!"adaln-zero".equals(settings.getOrDefault("conditioning", "adaln-zero"))) {
                    families.add("DiT-cond");
                }
            }
        }
        return families;
    }

    /** Whether a variant has the architecture of a row, every knob of it, input and classes too. */
    static boolean same(VariantSummary variant, PublishedRow row) {
        return ModelZoo.find(row.zoo())
                .map(zoo -> same(variant.settings(), zoo))
                .orElse(false);
    }

    private static boolean same(Map<String, Object> own, Settings zoo) {
        Set<String> silent = zoo.get(ArchitectureKnobs.SKELETON) == Skeleton.UNET ? SILENT_IN_A_U : SILENT_ELSE;
        return ArchitectureKnobs.all().stream()
                .filter(knob -> !silent.contains(knob.name()))
                .allMatch(knob -> same(knob, own.get(knob.name()), zoo));
    }

    private static <V> boolean same(Knob<V> knob, @Nullable Object own, Settings zoo) {
        Object wanted = knob.to(zoo.get(knob)).raw();
        Object found = own == null ? knob.to(knob.defaultValue()).raw() : own;
        return found instanceof Number one && wanted instanceof Number other
                ? one.doubleValue() == other.doubleValue()
                : String.valueOf(found).equals(String.valueOf(wanted));
    }

    private static double number(String text) {
        return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }

    /** The lines after the header. */
    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(PublishedRows.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
