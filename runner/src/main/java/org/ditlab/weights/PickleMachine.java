package org.ditlab.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.weights.PickleGlobal.Vocabulary;
import org.jspecify.annotations.Nullable;

/**
 * Reads one pickle into plain values: {@link PickleDict}, List, {@link PickleTuple}, String, Long, BigInteger, Double,
 * Boolean, byte[], null, {@link StoredTensor} and {@link PickleArray}. Knows the binary opcodes of protocols 2 to 5 that such values need;
 * names are looked up in {@link PickleGlobal}, calls are made by {@link PickleCalls}. Source: Python, Lib/pickletools.py.
 */
final class PickleMachine {
    /** A checkpoint of 1000 parameters with optimizer state takes about 200 000. */
    private static final int MOST_OPERATIONS = 2_000_000;

    private static final int HIGHEST_PROTOCOL = 5;

    private final PickleInput in;
    private final Storages storages;
    private final Vocabulary vocabulary;
    private final List<@Nullable Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, @Nullable Object> memo = new HashMap<>();

    private PickleMachine(PickleInput in, Storages storages, Vocabulary vocabulary) {
        this.in = in;
        this.storages = storages;
        this.vocabulary = vocabulary;
    }

    /** What persistent ids stand for. */
    @FunctionalInterface
    interface Storages {
        Storage find(@Nullable Object id) throws BadWeightsException;
    }

    /**
     * Reads from the input's place to the pickle's end.
     *
     * @throws BadWeightsException when it is damaged or holds anything but plain values and tensors
     */
    static @Nullable Object read(PickleInput in, Storages storages) throws IOException {
        return read(in, storages, Vocabulary.TENSORS);
    }

    /** The same with the names of another kind of file. */
    static @Nullable Object read(PickleInput in, Storages storages, Vocabulary vocabulary) throws IOException {
        Object value = new PickleMachine(in, storages, vocabulary).run();
        PickleTree.check(value);
        return value;
    }

    private @Nullable Object run() throws IOException {
        for (int operations = 0; operations < MOST_OPERATIONS; operations++) {
            int opcode = in.unsigned8();
            if (opcode == '.') {
                if (stack.size() != 1 || !marks.isEmpty()) {
                    throw new BadWeightsException("the pickle ends with " + stack.size() + " values instead of one");
                }
                return pop();
            }
            if (!constant(opcode) && !container(opcode) && !memo(opcode) && !object(opcode)) {
                throw new BadWeightsException("the pickle has the opcode 0x" + Integer.toHexString(opcode) + " at byte "
                        + (in.position() - 1) + ", which no file of tensors needs; nothing was executed");
            }
        }
        throw new BadWeightsException("the pickle has more than " + MOST_OPERATIONS + " operations");
    }

    private boolean constant(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> protocol();
            case 0x95 -> in.signed64(); // FRAME: a hint for buffering
            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) in.unsigned8());
            case 'M' -> push((long) in.unsigned16());
            case 'J' -> push((long) in.signed32());
            case 0x8a -> push(in.wholeNumber(in.unsigned8()));
            case 0x8b -> push(in.wholeNumber(in.signed32()));
            case 'G' -> push(in.bigEndianDouble());
            case 'X' -> push(in.text(in.unsigned32()));
            case 0x8c -> push(in.text(in.unsigned8()));
            case 0x8d -> push(in.text(in.signed64()));
            // Text of Python 2.
            case 'T' -> push(new String(in.bytes(in.signed32()), StandardCharsets.ISO_8859_1));
            case 'U' -> push(new String(in.bytes(in.unsigned8()), StandardCharsets.ISO_8859_1));
            case 'B' -> push(in.bytes(in.unsigned32()));
            case 'C' -> push(in.bytes(in.unsigned8()));
            case 0x8e, 0x96 -> push(in.bytes(in.signed64()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void protocol() throws IOException {
        int protocol = in.unsigned8();
        if (protocol > HIGHEST_PROTOCOL) {
            throw new BadWeightsException("the pickle has protocol " + protocol + "; up to 5 can be read");
        }
    }

    private boolean container(int opcode) throws IOException {
        switch (opcode) {
            case '(' -> marks.add(stack.size());
            case '1' -> popToMark();
            case '0' -> pop();
            case '2' -> push(top());
            case '}' -> push(new PickleDict(PickleDict.Kind.DICT));
            case ']' -> push(new ArrayList<@Nullable Object>());
            case ')' -> push(tuple());
            case 't' -> push(new PickleTuple(popToMark()));
            case 0x85 -> push(tuple(pop()));
            case 0x86 -> {
                Object second = pop();
                push(tuple(pop(), second));
            }
            case 0x87 -> {
                Object third = pop();
                Object second = pop();
                push(tuple(pop(), second, third));
            }
            case 'a' -> append(Collections.singletonList(pop()));
            case 'e' -> append(popToMark());
            case 's' -> {
                Object value = pop();
                setItems(Arrays.asList(pop(), value));
            }
            case 'u' -> setItems(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private static PickleTuple tuple(@Nullable Object... items) {
        return new PickleTuple(Arrays.asList(items));
    }

    @SuppressWarnings("unchecked")
    private void append(List<@Nullable Object> items) throws BadWeightsException {
        if (!(top() instanceof List<?> list)) {
            throw new BadWeightsException("items are appended to a value that is no list");
        }
        ((List<@Nullable Object>) list).addAll(items);
    }

    private void setItems(List<@Nullable Object> items) throws BadWeightsException {
        if (!(top() instanceof PickleDict dict) || items.size() % 2 != 0) {
            throw new BadWeightsException("entries are set in a value that is no dictionary");
        }
        for (int i = 0; i < items.size(); i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
    }

    private boolean memo(int opcode) throws IOException {
        switch (opcode) {
            case 'q' -> memo.put((long) in.unsigned8(), top());
            case 'r' -> memo.put(in.unsigned32(), top());
            case 0x94 -> memo.put((long) memo.size(), top());
            case 'h' -> push(remembered(in.unsigned8()));
            case 'j' -> push(remembered(in.unsigned32()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private @Nullable Object remembered(long index) throws BadWeightsException {
        if (!memo.containsKey(index)) {
            throw new BadWeightsException("the pickle recalls value " + index + ", which it never remembered");
        }
        return memo.get(index);
    }

    private boolean object(int opcode) throws IOException {
        switch (opcode) {
            case 'c' -> {
                String module = in.line();
                push(PickleGlobal.find(vocabulary, module, in.line()));
            }
            case 0x93 -> {
                Object name = pop();
                if (!(pop() instanceof String module) || !(name instanceof String word)) {
                    throw new BadWeightsException("the pickle refers to something whose name is no text");
                }
                push(PickleGlobal.find(vocabulary, module, word));
            }
            case 'R', 0x81 -> {
                Object arguments = pop();
                push(PickleCalls.call(pop(), arguments));
            }
            case 'b' -> {
                Object state = pop();
                PickleCalls.build(top(), state);
            }
            case 'Q' -> push(storages.find(pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void push(@Nullable Object value) {
        stack.add(value);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private @Nullable Object pop() throws BadWeightsException {
        Object value = top();
        stack.remove(stack.size() - 1);
        return value;
    }

    private @Nullable Object top() throws BadWeightsException {
        if (stack.size() <= floor()) {
            throw new BadWeightsException("the pickle takes a value where there is none, at byte " + in.position());
        }
        return stack.get(stack.size() - 1);
    }

    private List<@Nullable Object> popToMark() throws BadWeightsException {
        if (marks.isEmpty()) {
            throw new BadWeightsException("the pickle takes values up to a mark that is not there");
        }
        List<@Nullable Object> tail = stack.subList(marks.remove(marks.size() - 1), stack.size());
        List<@Nullable Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }
}
