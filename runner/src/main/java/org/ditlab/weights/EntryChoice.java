package org.ditlab.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the state dict in what a file holds. */
final class EntryChoice {
    /** In this order; the loaders of DiT and U-DiT take the average where there is one. */
    private static final List<String> USUAL = List.of("ema", "model", "state_dict");

    /** What wrappers of PyTorch put before every key. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

    private static final int LONGEST_KEY = 1000;

    private EntryChoice() {}

    static Weights choose(Path path, WeightContent content, @Nullable String wanted) throws BadWeightsException {
        PickleDict root = content.root();
        List<String> entries = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Map.Entry<Object, @Nullable Object> entry : root.entries().entrySet()) {
            boolean isEntry = entry.getValue() instanceof PickleDict dict && hasTensors(dict);
            (isEntry ? entries : others).add(String.valueOf(entry.getKey()));
        }
        if (hasTensors(root)) {
            if (wanted != null) {
                throw new BadWeightsException("it is a state dict without entries", "leave out --entry");
            }
            return weights(path, content, "", root, entries, List.of());
        }
        String chosen = wanted != null ? wanted : usual(entries);
        if (chosen == null || !entries.contains(chosen)) {
            String problem = wanted != null
                    ? "there is no state dict \"" + wanted + "\" in it"
                    : "which weights to take is not clear";
            throw new BadWeightsException(
                    entries.isEmpty() ? "it holds no state dict" + only(others) : problem,
                    entries.isEmpty()
                            ? "give the file of a model's weights"
                            : "give --entry " + shorten(String.join(" or --entry ", entries)));
        }
        PickleDict dict = (PickleDict) root.entries().get(chosen);
        return weights(path, content, chosen, dict, entries, others);
    }

    private static String only(List<String> others) {
        return others.isEmpty() ? "" : ", only " + shorten(String.join(", ", others));
    }

    private static @Nullable String usual(List<String> entries) {
        for (String name : USUAL) {
            if (entries.contains(name)) {
                return name;
            }
        }
        return entries.size() == 1 ? entries.get(0) : null;
    }

    private static boolean hasTensors(PickleDict dict) {
        return dict.entries().entrySet().stream()
                .anyMatch(entry -> entry.getKey() instanceof String && entry.getValue() instanceof StoredTensor);
    }

    private static Weights weights(
            Path path, WeightContent content, String name, PickleDict dict, List<String> entries, List<String> others)
            throws BadWeightsException {
        List<String> remarks = new ArrayList<>();
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        List<String> passedOver = new ArrayList<>();
        for (Map.Entry<Object, @Nullable Object> entry : dict.entries().entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (key.length() > LONGEST_KEY || key.chars().anyMatch(Character::isISOControl)) {
                throw new BadWeightsException("its key " + shorten(key) + " is no name of a parameter");
            }
            if (entry.getKey() instanceof String && entry.getValue() instanceof StoredTensor tensor) {
                tensors.put(key, tensor);
            } else {
                passedOver.add(key);
            }
        }
        if (!passedOver.isEmpty()) {
            remarks.add("passed over, being no tensors: " + shorten(String.join(", ", passedOver)));
        }
        if (entries.size() > 1) {
            List<String> rest =
                    entries.stream().filter(entry -> !entry.equals(name)).toList();
            remarks.add("the file also holds " + shorten(String.join(", ", rest)) + ", which --entry takes");
        }
        if (!others.isEmpty()) {
            remarks.add("not read: " + shorten(String.join(", ", others)));
        }
        for (String wrapper : WRAPPERS) {
            if (tensors.keySet().stream().allMatch(key -> key.startsWith(wrapper))) {
                tensors = without(wrapper, tensors);
                remarks.add("the prefix \"" + wrapper + "\" of every key is left out");
            }
        }
        return new Weights(path, content, name, List.copyOf(entries), tensors, List.copyOf(remarks));
    }

    private static Map<String, StoredTensor> without(String prefix, Map<String, StoredTensor> tensors) {
        Map<String, StoredTensor> bare = new LinkedHashMap<>();
        tensors.forEach((key, tensor) -> bare.put(key.substring(prefix.length()), tensor));
        return bare;
    }

    private static String shorten(String text) {
        String visible = text.replaceAll("\\p{Cntrl}", "?");
        return visible.length() <= 200 ? visible : visible.substring(0, 200) + "...";
    }
}
