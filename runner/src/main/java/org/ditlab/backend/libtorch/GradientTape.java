package org.ditlab.backend.libtorch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of operations that libtorch's engine does not know, beside that engine. The result of such an operation is a
 * leaf to libtorch, so that its engine stops there; the tape then hands the leaf's gradient to the operation's own rule, the
 * latest first. What an operation reads of libtorch's graph is made a leaf too, with a rule that lets the engine go on from
 * there. Rules free what they held as soon as they have run.
 */
final class GradientTape {
    /** What an operation does with the gradient of its result. */
    @FunctionalInterface
    interface Rule {
        /** @param gradient of the result's shape and type */
        void apply(Tensor gradient);
    }

    /**
     * One operation.
     *
     * @param result a leaf, a handle of the tape's own
     * @param held what the rule reads, handles of the tape's own
     * @param source the caller's handle of what was made a leaf, or null for an operation
     * @param identity of what was made a leaf, 0 for an operation
     */
    private record Entry(
            Tensor result,
            Rule rule,
            List<Tensor> held,
            @Nullable Pointer source,
            long identity) {}

    private void release(Entry entry) {
        leaves.remove(entry.identity());
        entry.result().releaseReference();
        entry.held().forEach(Pointer::releaseReference);
    }

    private final List<Entry> entries = new ArrayList<>();
    /** Leaves that stand for tensors of libtorch's graph: one for all operations on a tensor, so that its engine runs once. */
    private final Map<Long, Tensor> leaves = new HashMap<>();

    private static boolean needed(Entry entry) {
        return entry.source() != null && !entry.source().isNull();
    }

    /** Tells native tensors apart while they live. */
    private static long identity(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            return tensor.unsafeGetTensorImpl().address();
        }
    }

    /** Whether an operation on these must be recorded. */
    static boolean tracks(@Nullable Tensor... inputs) {
        if (!GradMode.is_enabled()) {
            return false;
        }
        for (Tensor input : inputs) {
            if (input != null && input.requires_grad()) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return entries.size();
    }

    /** A handle that outlives the innermost scope; whoever holds it releases it. */
    static Tensor own(Tensor tensor) {
        Tensor handle = new Tensor(tensor);
        handle.retainReference();
        return handle;
    }

    /**
     * Records an operation, after its inputs' {@link #leaf}s.
     *
     * @param result computed outside libtorch's graph
     * @param rule reads of tensors only those that are held
     * @param held handles of the tape's own, see {@link #own}
     */
    void record(Tensor result, Rule rule, List<Tensor> held) {
        result.set_requires_grad(true);
        entries.add(new Entry(own(result), rule, held, null, 0));
    }

    /** The leaf that takes an input's gradient, a handle of the caller's own; null where it needs none. */
    @Nullable
    Tensor leaf(@Nullable Tensor input) {
        if (input == null || !input.requires_grad()) {
            return null;
        }
        if (input.is_leaf()) {
            return own(input);
        }
        long identity = identity(input);
        Tensor known = leaves.get(identity);
        if (known != null) {
            return own(known);
        }
        Tensor before = own(input);
        Tensor leaf = own(input.detach());
        leaf.set_requires_grad(true);
        Tensor kept = own(leaf);
        leaves.put(identity, kept);
        entries.add(new Entry(kept, gradient -> run(before, gradient), List.of(before), input, identity));
        return leaf;
    }

    /** Adds a gradient to what a leaf has; the gradient belongs to the leaf afterwards. */
    static void add(@Nullable Tensor leaf, Tensor gradient) {
        if (leaf == null) {
            return;
        }
        Tensor have = leaf.grad();
        if (have.defined()) {
            have.add_(gradient);
        } else {
            leaf.mutable_grad().put(gradient);
        }
    }

    /** A leaf's gradient so far where a rule can add to it in place: row by row, in the leaf's type. Null where it cannot. */
    static @Nullable Tensor sum(@Nullable Tensor leaf) {
        if (leaf == null) {
            return null;
        }
        Tensor have = leaf.grad();
        return have.defined() && have.is_contiguous() && Natives.type(have) == Natives.type(leaf) ? have : null;
    }

    /** The same as {@link #add}, cast to the leaf's type. */
    static void addAs(@Nullable Tensor leaf, @Nullable Tensor gradient) {
        if (leaf != null && gradient != null) {
            add(leaf, gradient.to(Natives.type(leaf)));
        }
    }

    /** Gradients of a scalar for all leaves that it depends on. */
    void backward(Tensor loss) {
        try (PointerScope scope = new PointerScope()) {
            backward(loss, torch.ones_like(loss), 0);
        }
    }

    /**
     * Gradients of leaves from the gradient of a result.
     *
     * @param first entry that the result may depend on
     */
    void backward(Tensor result, Tensor gradient, int first) {
        if (result.is_leaf()) {
            add(result, gradient);
        } else {
            run(result, gradient);
        }
        unwind(first);
    }

    /** Hands gradients down from the latest entry to one, and forgets the entries that had any. */
    private void unwind(int first) {
        List<Entry> left = new ArrayList<>();
        try {
            while (entries.size() > first) {
                Entry entry = entries.remove(entries.size() - 1);
                if (!given(entry)) {
                    left.add(entry);
                }
            }
        } finally {
            for (int i = left.size() - 1; i >= 0; i--) {
                entries.add(left.get(i));
            }
        }
    }

    /** Runs an entry's rule and releases it; false when its result has no gradient. */
    private boolean given(Entry entry) {
        try (PointerScope scope = new PointerScope()) {
            Tensor gradient = entry.result().grad();
            if (!gradient.defined()) {
                return false;
            }
            Tensor given = new Tensor(gradient);
            entry.result().mutable_grad().reset();
            gradient.close();
            AutoGradMode mode = new AutoGradMode(false);
            try {
                entry.rule().apply(given);
            } finally {
                mode.close();
                release(entry);
            }
            return true;
        }
    }

    /** Forgets what was recorded since, but for inputs that still live: nothing else can be reached any more. */
    void forget(int since) {
        for (int i = entries.size() - 1; i >= since; i--) {
            Entry entry = entries.get(i);
            if (!needed(entry)) {
                release(entry);
                entries.remove(i);
            }
        }
    }

    /** Lets libtorch's engine go on from a tensor. Its graph stays while an entry is left that may lead through it too. */
    private void run(Tensor from, Tensor gradient) {
        from.backward(gradient, new BoolOptional(!entries.isEmpty()), false, new TensorArrayRefOptional());
    }
}
