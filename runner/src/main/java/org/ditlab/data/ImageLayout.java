package org.ditlab.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * Which files are the images of which class and split, decided by their relative paths alone.
 *
 * <ul>
 *   <li>Images are files named {@code .jpg .jpeg .png .bmp .gif}; everything else, and whatever starts with a dot, is
 *       passed over.
 *   <li>A single top folder that holds folders of images is descended into.
 *   <li>With a folder {@code train}, images come from it and from {@code test} (or {@code val}), and from no other; without
 *       one, a tenth of each class is held out, chosen by a hash of the file's name.
 *   <li>A class is a folder; folders within it belong to it; images outside every class folder are passed over.
 * </ul>
 *
 * Within a split the classes are mixed, so that the first n images hold each class in proportion.
 *
 * @param classNames sorted
 */
record ImageLayout(List<String> classNames, List<Item> train, List<Item> test) {
    static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp", "gif");
    private static final List<String> HELD_OUT = List.of("test", "val");
    private static final int SHOWN = 10;

    /**
     * One image.
     *
     * @param file path in the archive
     * @param name path below the folder that was descended into: equal for a folder and its zip
     */
    record Item(String file, String name, int label) {}

    /** An image before its label is known. */
    private record Found(String file, String name, String type) {}

    /**
     * Lays out an archive.
     *
     * @param place for messages
     * @throws StudyException when there are no classes, a class has no images, or a test class has no training images
     */
    static ImageLayout of(String place, Collection<String> files, Collection<String> folders) {
        List<String> images =
                files.stream().filter(ImageLayout::isImage).sorted().collect(Collectors.toList());
        String top = "";
        String next = onlyFolder(images, top);
        while (next != null) {
            top = next;
            next = onlyFolder(images, top);
        }
        String root = top;
        Set<String> heads = images.stream()
                .filter(file -> depth(file, root) >= 2)
                .map(file -> head(file, root))
                .collect(Collectors.toCollection(TreeSet::new));
        boolean divided = heads.contains("train");
        String trainRoot = divided ? root + "train/" : root;
        String testRoot = HELD_OUT.stream()
                .filter(word -> divided && heads.contains(word))
                .map(word -> root + word + "/")
                .findFirst()
                .orElse("");
        List<Found> train = find(images, trainRoot, root);
        List<Found> test = testRoot.isEmpty() ? List.of() : find(images, testRoot, root);
        List<String> names = train.stream().map(Found::type).distinct().sorted().collect(Collectors.toList());
        List<String> problems = new ArrayList<>();
        if (names.isEmpty()) {
            throw new StudyException(place + ": there are no class folders with images ("
                    + EXTENSIONS.stream().sorted().collect(Collectors.joining(", "))
                    + "); expected CLASS/IMAGE, or train/CLASS/IMAGE and test/CLASS/IMAGE");
        }
        problems.addAll(emptyClasses(place, folders, trainRoot, divided ? List.of() : HELD_OUT, names));
        test.stream()
                .map(Found::type)
                .distinct()
                .filter(type -> !names.contains(type))
                .forEach(type -> problems.add(
                        place + ": class " + type + " has test images but no training images; add some or delete it"));
        if (!problems.isEmpty()) {
            throw new StudyException(problems.subList(0, Math.min(SHOWN, problems.size())));
        }
        ImageLayout layout = testRoot.isEmpty()
                ? holdOut(names, train)
                : new ImageLayout(names, mix(names, train), mix(names, test));
        if (layout.test.isEmpty() && !testRoot.isEmpty()) {
            throw new StudyException(place + ": there are no class folders with images in " + testRoot
                    + "; expected test/CLASS/IMAGE, or no such folder, and a tenth of each class is held out");
        }
        if (layout.test.isEmpty()) {
            throw new StudyException(place + ": too few images to hold some out; a class needs two at least");
        }
        return layout;
    }

    static boolean isImage(String file) {
        boolean hidden = Arrays.stream(file.split("/")).anyMatch(ImageLayout::isHidden);
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return !hidden && dot > 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.equals("__MACOSX");
    }

    /** The only folder below a folder, when that holds folders of images itself; else null. */
    private static @Nullable String onlyFolder(List<String> images, String root) {
        Set<String> heads = new HashSet<>();
        boolean deep = false;
        for (String file : images) {
            int depth = depth(file, root);
            if (depth >= 2) {
                heads.add(head(file, root));
                deep |= depth >= 3;
            }
        }
        return deep && heads.size() == 1 ? root + heads.iterator().next() + "/" : null;
    }

    /** Number of names below a root, 0 for a file elsewhere. */
    private static int depth(String file, String root) {
        return file.startsWith(root) ? file.substring(root.length()).split("/").length : 0;
    }

    private static String head(String file, String root) {
        return file.substring(root.length(), file.indexOf('/', root.length()));
    }

    private static List<Found> find(List<String> images, String root, String base) {
        return images.stream()
                .filter(file -> depth(file, root) >= 2)
                .map(file -> new Found(file, file.substring(base.length()), head(file, root)))
                .collect(Collectors.toList());
    }

    private static List<String> emptyClasses(
            String place, Collection<String> folders, String root, List<String> except, List<String> names) {
        return folders.stream()
                .filter(folder -> depth(folder, root) == 1)
                .map(folder -> folder.substring(root.length()))
                .filter(name -> !isHidden(name) && !names.contains(name) && !except.contains(name))
                .sorted()
                .map(name -> place + ": class folder " + root + name + " holds no images; add some or delete it")
                .collect(Collectors.toList());
    }

    private static ImageLayout holdOut(List<String> names, List<Found> all) {
        List<Found> train = new ArrayList<>();
        List<Found> test = new ArrayList<>();
        byType(all).forEach((type, found) -> {
            int count = found.size() < 2 ? 0 : Math.max(1, Math.round(found.size() / 10f));
            test.addAll(found.subList(0, count));
            train.addAll(found.subList(count, found.size()));
        });
        return new ImageLayout(names, mix(names, train), mix(names, test));
    }

    /** Images of each class, in the order of a hash of their names. */
    private static Map<String, List<Found>> byType(List<Found> all) {
        Map<String, String> hashes = new HashMap<>();
        all.forEach(found ->
                hashes.put(found.name, new Fingerprint().add(found.name).hex()));
        return all.stream()
                .sorted(Comparator.comparing(found -> hashes.get(found.name)))
                .collect(Collectors.groupingBy(Found::type, TreeMap::new, Collectors.toList()));
    }

    private record Ranked(double rank, Item item) {}

    private static List<Item> mix(List<String> names, List<Found> all) {
        List<Ranked> ranked = new ArrayList<>();
        byType(all).forEach((type, found) -> {
            int label = names.indexOf(type);
            for (int i = 0; i < found.size(); i++) {
                Item item = new Item(found.get(i).file, found.get(i).name, label);
                ranked.add(new Ranked((i + 0.5) / found.size(), item));
            }
        });
        return ranked.stream()
                .sorted(Comparator.comparingDouble(Ranked::rank)
                        .thenComparingInt(one -> one.item.label)
                        .thenComparing(one -> one.item.name))
                .map(Ranked::item)
                .collect(Collectors.toUnmodifiableList());
    }
}
