package org.ditlab.backend.libtorch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * oneDNN's primitives over memory of native tensors. A primitive is made once for each form (operation, types, extents and
 * strides) and kept; calls only name their memory. Results are deterministic for a number of threads. One thread uses an
 * instance at a time.
 */
final class OneDnn {
    /** What makes the description of a primitive of one form. */
    @FunctionalInterface
    interface Description {
        /**
         * Fills in the description.
         *
         * @return oneDNN's status
         */
        int create(dnnl_primitive_desc made, dnnl_engine engine, dnnl_memory_desc[] operands);
    }

    private record Form(long[] words) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Form form && Arrays.equals(words, form.words);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(words);
        }
    }

    /** A pointer to any address. */
    private static final class Address extends Pointer {
        Address at(long place) {
            address = place;
            return this;
        }
    }

    private record Primitive(dnnl_primitive primitive, dnnl_memory[] memories, dnnl_exec_arg_t arguments) {}

    /** Whether its kernels are fast here and know bfloat16: x86-64 with AVX-512. */
    static boolean serves() {
        String arch = System.getProperty("os.arch");
        if (!arch.equals("amd64") && !arch.equals("x86_64")) {
            return false;
        }
        int wanted = dnnl.dnnl_cpu_isa_avx512_core;
        return (dnnl.dnnl_get_effective_cpu_isa() & wanted) == wanted;
    }

    private final Map<Form, Primitive> primitives = new HashMap<>();
    private final Address address = new Address();
    private final dnnl_engine engine;
    private final dnnl_stream stream;

    OneDnn() {
        try (PointerScope scope = new PointerScope()) {
            engine = new dnnl_engine();
            stream = new dnnl_stream();
            check("engine", dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0));
            check("stream", dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
            engine.retainReference();
            stream.retainReference();
        }
    }

    /**
     * Runs a primitive, making it first where its form is new.
     *
     * @param operation tells it from other operations on operands of the same forms
     * @param roles oneDNN's name of each operand, {@code DNNL_ARG_...}
     */
    void run(long operation, Description description, int[] roles, Operand... operands) {
        Form form = form(operation, operands);
        Primitive made = primitives.get(form);
        if (made == null) {
            made = make(description, roles, operands);
            primitives.put(form, made);
        }
        for (int i = 0; i < operands.length; i++) {
            dnnl.dnnl_memory_set_data_handle(made.memories()[i], address.at(operands[i].address()));
        }
        check("execute", dnnl.dnnl_primitive_execute(made.primitive(), stream, operands.length, made.arguments()));
    }

    private static Form form(long operation, Operand[] operands) {
        int length = 1;
        for (Operand operand : operands) {
            length += 2 + 2 * operand.dims().length;
        }
        long[] words = new long[length];
        words[0] = operation;
        int at = 1;
        for (Operand operand : operands) {
            int rank = operand.dims().length;
            words[at++] = operand.type();
            words[at++] = rank;
            System.arraycopy(operand.dims(), 0, words, at, rank);
            System.arraycopy(operand.strides(), 0, words, at + rank, rank);
            at += 2 * rank;
        }
        return new Form(words);
    }

    private Primitive make(Description description, int[] roles, Operand[] operands) {
        try (PointerScope scope = new PointerScope()) {
            dnnl_memory_desc[] forms = new dnnl_memory_desc[operands.length];
            for (int i = 0; i < operands.length; i++) {
                forms[i] = describe(operands[i]);
            }
            dnnl_primitive_desc made = new dnnl_primitive_desc();
            check("describe", description.create(made, engine, forms));
            dnnl_primitive primitive = new dnnl_primitive();
            check("create", dnnl.dnnl_primitive_create(primitive, made));
            primitive.retainReference();
            dnnl_memory[] memories = new dnnl_memory[operands.length];
            dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(operands.length);
            arguments.retainReference();
            for (int i = 0; i < operands.length; i++) {
                memories[i] = new dnnl_memory();
                check("memory", dnnl.dnnl_memory_create(memories[i], form(made, roles[i], forms[i]), engine, null));
                memories[i].retainReference();
                arguments.position(i).arg(roles[i]).memory(memories[i]);
            }
            arguments.position(0);
            return new Primitive(primitive, memories, arguments);
        }
    }

    /** The form that the primitive reads an operand in: where it is of blocks, not the one that the operand tells. */
    private static dnnl_memory_desc form(dnnl_primitive_desc made, int role, dnnl_memory_desc told) {
        dnnl_memory_desc read = dnnl.dnnl_primitive_desc_query_md(made, dnnl.dnnl_query_exec_arg_md, role);
        return read == null || read.isNull() || dnnl.dnnl_memory_desc_get_size(read) == 0 ? told : read;
    }

    static dnnl_memory_desc describe(Operand operand) {
        dnnl_memory_desc described = new dnnl_memory_desc();
        check(
                "memory form",
                dnnl.dnnl_memory_desc_create_with_strides(
                        described, operand.dims().length, operand.dims(), operand.type(), operand.strides()));
        return described;
    }

    /** Attributes that multiply a result by a number; none for 1. */
    static dnnl_primitive_attr scaled(float factor) {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check("attributes", dnnl.dnnl_primitive_attr_create(attributes));
        if (factor != 1) {
            dnnl_post_ops after = new dnnl_post_ops();
            check("post-ops", dnnl.dnnl_post_ops_create(after));
            check("scale", dnnl.dnnl_post_ops_append_eltwise(after, dnnl.dnnl_eltwise_linear, factor, 0));
            check("post-ops", dnnl.dnnl_primitive_attr_set_post_ops(attributes, after));
        }
        return attributes;
    }

    static void check(String what, int status) {
        if (status != dnnl.dnnl_success) {
            String why = status == dnnl.dnnl_out_of_memory ? "out of memory" : "failed with status " + status;
            throw new IllegalStateException("oneDNN: " + what + ": " + why);
        }
    }
}
