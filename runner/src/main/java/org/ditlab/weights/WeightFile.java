package org.ditlab.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/**
 * A file of weights, recognised by its content: safetensors, what {@code torch.save} writes (zip and legacy layout), what
 * {@code torch.jit.save} writes, or a frozen TensorFlow graph. Such files come from outside: nothing in them is executed, a name outside the few that tensors need is refused, and no length is
 * believed beyond the file's size.
 */
public final class WeightFile {
    private static final int HEAD = 64;

    private final Path path;
    private final WeightContent content;

    private WeightFile(Path path, WeightContent content) {
        this.path = path;
        this.content = content;
    }

    /**
     * Parses a file; values of tensors are not read yet.
     *
     * @throws StudyException when it is missing, damaged, hostile or of another kind
     */
    public static WeightFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            String problem = !Files.exists(path)
                    ? "there is no such file"
                    : Files.isDirectory(path) ? "this is a folder" : "this is no regular file";
            throw new StudyException(path + ": " + problem + "; give a .safetensors, .pt, .pth or .pb file");
        }
        try {
            return new WeightFile(path, content(path, head(path)));
        } catch (BadWeightsException e) {
            throw new StudyException(path + ": cannot be read as weights: " + e.getMessage());
        }
    }

    private static WeightContent content(Path path, ByteBuffer head) throws IOException {
        String text = StandardCharsets.ISO_8859_1.decode(head.duplicate()).toString();
        if (text.length() > 8 && text.charAt(8) == '{') {
            return SafetensorsContent.open(path);
        }
        if (text.startsWith("PK")) {
            return TorchZip.open(path);
        }
        if (text.startsWith("\u0080")) {
            return TorchLegacy.open(path);
        }
        if (FrozenGraph.startsLikeOne(text)) {
            return FrozenGraph.open(path);
        }
        String found = "it is neither a safetensors file nor one of torch.save nor a frozen graph";
        if (text.isEmpty()) {
            throw new BadWeightsException("it is empty");
        }
        if (text.startsWith("version https://git-lfs")) {
            throw new BadWeightsException(
                    found + " but a Git LFS pointer", "fetch the file itself with `git lfs pull`");
        }
        if (text.stripLeading().startsWith("<")) {
            throw new BadWeightsException(found + " but a web page", "download the file itself");
        }
        throw new BadWeightsException(found, "give a .safetensors, .pt, .pth or .pb file, or take an undamaged copy");
    }

    private static ByteBuffer head(Path path) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {
                continue;
            }
        }
        return head.flip();
    }

    public Path path() {
        return path;
    }

    public WeightFormat format() {
        return content.format();
    }

    /** What a safetensors file says of itself; empty for other formats. */
    public Map<String, String> metadata() {
        return content.metadata();
    }

    /**
     * Chooses the state dict: the file itself where it is one; in a training checkpoint the entry that is asked for, else
     * {@code ema}, {@code model}, {@code state_dict}, or the only one there is.
     *
     * @param entry a top-level name of a checkpoint, or null
     * @throws StudyException when there is no such state dict
     */
    public Weights weights(@Nullable String entry) {
        try {
            return EntryChoice.choose(path, content, entry);
        } catch (BadWeightsException e) {
            throw new StudyException(path + ": " + e.getMessage());
        }
    }
}
