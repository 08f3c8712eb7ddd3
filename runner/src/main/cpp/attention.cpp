// Attention of each head over projections in bfloat16, forward and backward: products on tiles, softmax in float32 in the
// cache. Weights are not kept but computed again from each row's logarithm of its sum.
#include "attention.h"

#ifdef __AMX_BF16__

namespace {

// Lets the cache fetch what the next head reads and writes while this one is computed.
struct Ahead {
    const Head& next;
    const void* places[3];
    long steps[3]; // bytes between tokens
    int count;
    int read; // the first ones, which are read; the others are written

    // The share of one of some equal stretches of the work.
    void fetch(int stretch, int stretches) const {
        const int tokens = next.form.tokens;
        const int bytes = next.form.width * (int)sizeof(bf16);
        const int end = (int)((long)tokens * (stretch + 1) / stretches);
        for (int row = (int)((long)tokens * stretch / stretches); row < end; row++) {
            for (int i = 0; i < count; i++) {
                const char* at = (const char*)places[i] + row * steps[i];
                const int parts = steps[i] == next.step * (long)sizeof(bf16) ? 3 : 1;
                for (int part = 0; part < parts; part++, at += next.form.channels() * sizeof(bf16)) {
                    for (int byte = 0; byte < bytes; byte += 64) {
                        touch(at + byte, i >= read);
                    }
                    touch(at + bytes - 1, i >= read);
                }
            }
        }
    }

    // Compilers drop calls of functions that do nothing else, hence no intrinsic.
    static void touch(const char* at, bool writes) {
        if (writes) {
            asm volatile("prefetchw %0" : : "m"(*at));
        } else {
            asm volatile("prefetcht1 %0" : : "m"(*at));
        }
    }
};

// Base 2, of positive numbers.
inline __m512 logarithm(__m512 x) {
    __m512 mantissa = _mm512_getmant_ps(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
    __m512 exponent = _mm512_getexp_ps(x);
    __mmask16 large = _mm512_cmp_ps_mask(mantissa, _mm512_set1_ps(1.41421356f), _CMP_GT_OQ);
    mantissa = _mm512_mask_mul_ps(mantissa, large, mantissa, _mm512_set1_ps(0.5f));
    exponent = _mm512_mask_add_ps(exponent, large, exponent, _mm512_set1_ps(1));
    __m512 less = _mm512_sub_ps(mantissa, _mm512_set1_ps(1));
    __m512 s = _mm512_div_ps(less, _mm512_add_ps(mantissa, _mm512_set1_ps(1))); // the series of its area tangent
    __m512 square = _mm512_mul_ps(s, s);
    __m512 y = _mm512_set1_ps(2 * LOG2_E / 9);
    y = _mm512_fmadd_ps(y, square, _mm512_set1_ps(2 * LOG2_E / 7));
    y = _mm512_fmadd_ps(y, square, _mm512_set1_ps(2 * LOG2_E / 5));
    y = _mm512_fmadd_ps(y, square, _mm512_set1_ps(2 * LOG2_E / 3));
    y = _mm512_fmadd_ps(y, square, _mm512_set1_ps(2 * LOG2_E));
    return _mm512_fmadd_ps(y, s, exponent);
}

// Of 32 queries, side by side.
struct Both {
    __m512 first;
    __m512 second;
};

// The largest of each query's logits for some keys (rows).
inline void largest(const float* logits, int kept, Both& most) {
    for (int r = 0; r < kept; r++) {
        most.first = _mm512_max_ps(most.first, _mm512_loadu_ps(logits + r * BLOCK));
        most.second = _mm512_max_ps(most.second, _mm512_loadu_ps(logits + r * BLOCK + LANES));
    }
}

// Weights of 32 keys (rows) by 32 queries as pairs of keys, not yet divided by their sums, which grow.
inline void weigh(const float* logits, int kept, __m512 by, const Both& less, Both& sum, bf16* pairs) {
    const __m512i order = HALVES.vector();
    for (int r = 0; r < BLOCK; r += 2) {
        const float* at = logits + r * BLOCK;
        __m512 p00 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(at), by, less.first));
        __m512 p01 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(at + LANES), by, less.second));
        __m512 p10 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(at + BLOCK), by, less.first));
        __m512 p11 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(at + BLOCK + LANES), by, less.second));
        if (r + 2 > kept) {
            p10 = _mm512_setzero_ps();
            p11 = _mm512_setzero_ps();
            if (r + 1 > kept) {
                p00 = _mm512_setzero_ps();
                p01 = _mm512_setzero_ps();
            }
        }
        sum.first = _mm512_add_ps(sum.first, _mm512_add_ps(p00, p10));
        sum.second = _mm512_add_ps(sum.second, _mm512_add_ps(p01, p11));
        _mm512_storeu_si512(pairs + r / 2 * DEPTH, _mm512_permutexvar_epi16(order, narrowed(p00, p10)));
        _mm512_storeu_si512(pairs + TILE + r / 2 * DEPTH, _mm512_permutexvar_epi16(order, narrowed(p01, p11)));
    }
}

constexpr int MOST_LOGITS = 4; // blocks of 32 by 32 that stay until their weights are made; of more, all are made twice

void forward(const Head& at, const bf16* qkv, bf16* y, float* logSums, const Ahead& ahead) {
    const Form& form = at.form;
    const int depth = form.depth();
    const int columns = form.columns();
    const int along = form.along();
    const size_t packed = (size_t)along * 2 * depth * TILE;
    scratch.begin((2 * packed + 5 * depth * TILE + (size_t)along * 2 * TILE) * sizeof(bf16)
        + (MOST_LOGITS * BLOCK * BLOCK + 4 * SIDE * SIDE + 2 * along * BLOCK) * sizeof(float) + 4096);
    bf16* keys = scratch.take<bf16>(packed);
    bf16* values = scratch.take<bf16>(packed); // numbers by tokens: tiles [column][block]
    bf16* strip = scratch.take<bf16>(depth * TILE);
    bf16* pairs = scratch.take<bf16>(2 * depth * TILE);
    bf16* queries = scratch.take<bf16>(2 * depth * TILE);
    bf16* weights = scratch.take<bf16>((size_t)along * 2 * TILE);
    float* logits = scratch.take<float>(MOST_LOGITS * BLOCK * BLOCK);
    float* out = scratch.take<float>(4 * SIDE * SIDE);
    float* inverses = scratch.take<float>(2 * along * BLOCK);
    const Rows queryRows = at.queries(qkv);
    const Rows keyRows = at.keys(qkv);
    const Rows valueRows = at.values(qkv);
    for (int s = 0; s < 2 * along; s++) {
        keyRows.pack(s * SIDE, keys + s * depth * TILE, inverses);
        valueRows.pack(s * SIDE, strip, inverses);
        pair(strip, depth, pairs + s % 2 * TILE / 2);
        for (int c = 0; s % 2 == 1 && c < columns; c++) {
            transpose(pairs + c * TILE, values + ((long)c * along + s / 2) * TILE);
        }
    }
    const __m512 by = _mm512_set1_ps(form.factor * LOG2_E);
    const long rows = depth * TILE;
    const bool again = along > MOST_LOGITS;
    for (int i = 0; i < along; i++) {
        for (int s = 0; s < 2; s++) {
            queryRows.pack(i * BLOCK + s * SIDE, strip, inverses);
            for (int k = 0; k < depth; k++) {
                transpose(strip + k * TILE, queries + (s * depth + k) * TILE);
            }
        }
        // Each step multiplies tiles for one block and has vectors work on the one before.
        Both most = {_mm512_set1_ps(-__builtin_inff()), _mm512_set1_ps(-__builtin_inff())};
        for (int j = 0; j <= along; j++) {
            if (j < along) {
                clear();
                multiply<2>(keys + 2 * j * rows, rows, TILE, queries, rows, TILE, depth);
            }
            if (j > 0) {
                largest(logits + (j - 1) % MOST_LOGITS * BLOCK * BLOCK, form.kept(j - 1), most);
            }
            if (j < along) {
                put<2>(logits + j % MOST_LOGITS * BLOCK * BLOCK, SIDE * BLOCK, SIDE, BLOCK);
            }
        }
        const Both less = {_mm512_mul_ps(most.first, by), _mm512_mul_ps(most.second, by)};
        Both sum = {_mm512_setzero_ps(), _mm512_setzero_ps()};
        for (int j = again ? 0 : 1; j <= along; j++) {
            ahead.fetch(i * along + (j == 0 ? 0 : j - 1), along * along);
            if (again && j < along) {
                clear();
                multiply<2>(keys + 2 * j * rows, rows, TILE, queries, rows, TILE, depth);
            }
            if (j > 0) {
                weigh(logits + (j - 1) % MOST_LOGITS * BLOCK * BLOCK, form.kept(j - 1), by, less, sum,
                    weights + (j - 1) * 2L * TILE);
            }
            if (again && j < along) {
                put<2>(logits + j % MOST_LOGITS * BLOCK * BLOCK, SIDE * BLOCK, SIDE, BLOCK);
            }
        }
        const int count = form.kept(i);
        float parts[BLOCK];
        _mm512_storeu_ps(parts, _mm512_div_ps(_mm512_set1_ps(1), sum.first));
        _mm512_storeu_ps(parts + LANES, _mm512_div_ps(_mm512_set1_ps(1), sum.second));
        if (logSums != nullptr) {
            const __mmask16 one = count >= LANES ? (__mmask16)0xffff : first(count);
            const __mmask16 two = count > LANES ? first(count - LANES) : (__mmask16)0;
            store(logSums + i * BLOCK, _mm512_add_ps(less.first, logarithm(sum.first)), one);
            store(logSums + i * BLOCK + LANES, _mm512_add_ps(less.second, logarithm(sum.second)), two);
        }
        for (int c = 0; c < columns; c += 2) {
            const bool two = c + 1 < columns;
            clear();
            multiply<2>(values + (long)c * along * TILE, two ? along * TILE : 0, TILE, weights, TILE, 2 * TILE, along);
            put<2>(out, SIDE * SIDE, 2 * SIDE * SIDE, SIDE);
            for (int t = 0; t < 4; t++) {
                const int column = (c + t % 2) * SIDE;
                if (t % 2 == 1 && !two) {
                    continue;
                }
                transpose(out + t * SIDE * SIDE, out + t * SIDE * SIDE);
                for (int r = 0; r < SIDE && t / 2 * SIDE + r < count; r++) {
                    const int row = t / 2 * SIDE + r;
                    __m512 x = _mm512_loadu_ps(out + (t * SIDE + r) * SIDE);
                    bf16* to = y + at.place + (i * BLOCK + row) * at.outer + column;
                    store(to, _mm512_mul_ps(x, _mm512_set1_ps(parts[row])), queryRows.within(column));
                }
            }
        }
    }
}

constexpr size_t MOST_KEPT = 512 << 10; // bytes of gradients of logits before they are multiplied on

// Weights and gradients of logits of 32 keys (rows) by 32 queries, from logits and gradients of weights (32, 32).
// @param from the first of 16 of the keys' rows @param kept of them all
inline void gradients(int from, const float* logits, const float* dWeights, const float* logSums, const float* deltas, int kept,
    float factor, bf16* weights, bf16* dLogits, bf16* paired) {
    const __m512i firstOrder = LOWER_HALVES.vector();
    const __m512i secondOrder = UPPER_HALVES.vector();
    const __m512 by = _mm512_set1_ps(factor);
    const __m512 less0 = _mm512_loadu_ps(logSums);
    const __m512 less1 = _mm512_loadu_ps(logSums + LANES);
    const __m512 delta0 = _mm512_loadu_ps(deltas);
    const __m512 delta1 = _mm512_loadu_ps(deltas + LANES);
    for (int r = from; r < from + SIDE; r += 2) {
        __m512i rows[2];
        for (int h = 0; h < 2; h++) {
            const int at = (r + h) * BLOCK;
            __m512 p0 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(logits + at), by, less0));
            __m512 p1 = powerOfTwo(_mm512_fmsub_ps(_mm512_loadu_ps(logits + at + LANES), by, less1));
            __m512 g0 = _mm512_mul_ps(p0, _mm512_sub_ps(_mm512_loadu_ps(dWeights + at), delta0));
            __m512 g1 = _mm512_mul_ps(p1, _mm512_sub_ps(_mm512_loadu_ps(dWeights + at + LANES), delta1));
            __mmask32 live = r + h < kept ? ~(__mmask32)0 : (__mmask32)0;
            _mm512_storeu_si512(weights + at, _mm512_maskz_mov_epi16(live, narrowed(p0, p1)));
            rows[h] = _mm512_maskz_mov_epi16(live, narrowed(g0, g1));
            _mm512_storeu_si512(dLogits + at, rows[h]);
        }
        bf16* pairs = paired + r / 2 * DEPTH;
        _mm512_storeu_si512(pairs, _mm512_permutex2var_epi16(rows[0], firstOrder, rows[1]));
        _mm512_storeu_si512(pairs + TILE, _mm512_permutex2var_epi16(rows[0], secondOrder, rows[1]));
    }
}

// @return the gradient of the head's scale
float backward(const Head& at, const bf16* qkv, const bf16* y, const float* logSums, const bf16* dY, bf16* dQkv,
    const Ahead& ahead) {
    const Form& form = at.form;
    const int depth = form.depth();
    const int columns = form.columns();
    const int along = form.along();
    const int padded = along * BLOCK;
    const int outWidth = (columns + 1) / 2 * BLOCK;
    const size_t packed = (size_t)along * 2 * depth * TILE;
    int chunk = (int)(MOST_KEPT / ((size_t)padded * BLOCK * sizeof(bf16)));
    chunk = chunk < 1 ? 1 : chunk > along ? along : chunk;
    const size_t block = (size_t)along * 2 * TILE; // weights of 32 keys
    scratch.begin((7 * packed + 3 * depth * TILE + (2 + chunk) * block) * sizeof(bf16)
        + ((size_t)outWidth * padded + 4 * padded + 4 * BLOCK * BLOCK + BLOCK * outWidth) * sizeof(float) + 4096);
    bf16* queriesAcross = scratch.take<bf16>(packed);
    bf16* queryPairs = scratch.take<bf16>(packed);
    bf16* outAcross = scratch.take<bf16>(packed);
    bf16* outPairs = scratch.take<bf16>(packed);
    bf16* keys = scratch.take<bf16>(packed);
    bf16* keysAcross = scratch.take<bf16>(packed);
    bf16* values = scratch.take<bf16>(packed);
    bf16* strip = scratch.take<bf16>(depth * TILE);
    bf16* pairs = scratch.take<bf16>(2 * depth * TILE);
    bf16* weights = scratch.take<bf16>(block);
    bf16* dLogits = scratch.take<bf16>(block);
    bf16* paired = scratch.take<bf16>(chunk * block);
    float* dQueries = scratch.take<float>((size_t)outWidth * padded); // tiles [column][strip], numbers by tokens
    float* sumsOf = scratch.take<float>(padded);
    float* deltas = scratch.take<float>(padded);
    float* queryInverses = scratch.take<float>(padded);
    float* keyInverses = scratch.take<float>(padded);
    float* work = scratch.take<float>(4 * BLOCK * BLOCK);
    float* out = scratch.take<float>(BLOCK * outWidth);
    const Rows queryRows = at.queries(qkv);
    const Rows keyRows = at.keys(qkv);
    const Rows valueRows = at.values(qkv);
    const Rows outRows = at.results(dY);
    for (int s = 0; s < 2 * along; s++) {
        const long tiles = (long)s * depth * TILE;
        const long pairsAt = s / 2 * 2L * depth * TILE + s % 2 * TILE / 2;
        queryRows.pack(s * SIDE, strip, queryInverses);
        for (int k = 0; k < depth; k++) {
            transpose(strip + k * TILE, queriesAcross + tiles + k * TILE);
        }
        pair(strip, depth, queryPairs + pairsAt);
        outRows.pack(s * SIDE, strip, nullptr);
        for (int k = 0; k < depth; k++) {
            transpose(strip + k * TILE, outAcross + tiles + k * TILE);
        }
        pair(strip, depth, outPairs + pairsAt);
        __m512 dots[SIDE];
        for (int r = 0; r < SIDE; r++) {
            dots[r] = _mm512_setzero_ps();
            const bool there = s * SIDE + r < form.tokens;
            for (int c = 0; there && c < form.width; c += LANES) {
                __m512 g = load(strip + c / DEPTH * TILE + r * DEPTH + c % DEPTH);
                __m512 x = load(y + at.place + (s * SIDE + r) * at.outer + c, queryRows.within(c));
                dots[r] = _mm512_fmadd_ps(g, x, dots[r]);
            }
            sumsOf[s * SIDE + r] = there ? logSums[s * SIDE + r] : __builtin_inff();
        }
        _mm512_storeu_ps(deltas + s * SIDE, sums(dots));
        keyRows.pack(s * SIDE, keys + tiles, keyInverses);
        pair(keys + tiles, depth, pairs + s % 2 * TILE / 2);
        if (s % 2 == 1) {
            for (int c = 0; c < columns; c++) {
                transpose(pairs + c * TILE, keysAcross + ((long)c * along + s / 2) * TILE);
            }
        }
        valueRows.pack(s * SIDE, values + tiles, nullptr);
    }
    const float factor = form.factor * LOG2_E;
    bf16* dKeys = dQkv + at.start + form.channels();
    bf16* dValues = dKeys + form.channels();
    for (int from = 0; from < along; from += chunk) {
        const int to = from + chunk < along ? from + chunk : along;
        for (int j = from; j < to; j++) {
            const int kept = form.kept(j);
            const long keysAt = 2L * j * depth * TILE;
            const long rows = depth * TILE;
            // Each step multiplies tiles for one block of queries and has vectors work on the one before.
            for (int i = 0; i <= along; i++) {
                float* next = work + i % 2 * 2 * BLOCK * BLOCK;
                const float* logits = work + (i + 1) % 2 * 2 * BLOCK * BLOCK;
                const float* dWeights = logits + BLOCK * BLOCK;
                const long queriesAt = 2L * i * rows;
                const long tile = 2L * (i - 1) * TILE;
                bf16* dPairs = paired + (long)(j - from) * along * 2 * TILE + tile;
                if (i < along) {
                    ahead.fetch(j * along + i, along * along);
                    clear();
                    multiply<2>(keys + keysAt, rows, TILE, queriesAcross + queriesAt, rows, TILE, depth);
                }
                if (i > 0) {
                    gradients(0, logits, dWeights, sumsOf + (i - 1) * BLOCK, deltas + (i - 1) * BLOCK, kept, factor,
                        weights + tile, dLogits + tile, dPairs);
                }
                if (i < along) {
                    put<2>(next, SIDE * BLOCK, SIDE, BLOCK);
                    clear();
                    multiply<2>(values + keysAt, rows, TILE, outAcross + queriesAt, rows, TILE, depth);
                }
                if (i > 0) {
                    gradients(SIDE, logits, dWeights, sumsOf + (i - 1) * BLOCK, deltas + (i - 1) * BLOCK, kept, factor,
                        weights + tile, dLogits + tile, dPairs);
                }
                if (i < along) {
                    put<2>(next + BLOCK * BLOCK, SIDE * BLOCK, SIDE, BLOCK);
                }
            }
            for (int which = 0; which < 2; which++) {
                const bf16* a = which == 0 ? weights : dLogits;
                const bf16* b = which == 0 ? outPairs : queryPairs;
                for (int c = 0; c < columns; c += 2) {
                    clear();
                    if (c + 1 < columns) {
                        multiply<2>(a, TILE, 2 * TILE, b + c * TILE, TILE, 2 * depth * TILE, along);
                    } else {
                        multiply<1>(a, TILE, 2 * TILE, b + c * TILE, TILE, 2 * depth * TILE, along);
                    }
                    put<2>(out + c * SIDE, SIDE * outWidth, SIDE, outWidth);
                }
                for (int r = 0; r < kept; r++) {
                    const int row = j * BLOCK + r;
                    if (which == 0) {
                        valueRows.unpack(row, out + r * outWidth, nullptr, 1, dValues + row * at.step);
                    } else {
                        keyRows.unpack(row, out + r * outWidth, keyInverses, form.factor, dKeys + row * at.step);
                    }
                }
            }
        }
        written(paired);
        for (int c = 0; c < columns; c += 2) {
            const long beside = 2L * along * SIDE * SIDE;
            for (int i = 0; i < along; i++) {
                float* sum = dQueries + ((long)c * along + i) * 2 * SIDE * SIDE;
                const bool two = c + 1 < columns;
                if (from == 0) {
                    clear();
                } else {
                    _tile_loadd(0, sum, 64);
                    _tile_loadd(1, sum + SIDE * SIDE, 64);
                    if (two) {
                        _tile_loadd(2, sum + beside, 64);
                        _tile_loadd(3, sum + beside + SIDE * SIDE, 64);
                    }
                }
                const bf16* a = keysAcross + ((long)c * along + from) * TILE;
                const bf16* b = paired + 2L * i * TILE;
                for (int j = from; j < to; j++, a += TILE, b += 2L * along * TILE) {
                    _tile_loadd(4, a, 64);
                    _tile_loadd(6, b, 64);
                    _tile_dpbf16ps(0, 4, 6);
                    _tile_loadd(7, b + TILE, 64);
                    _tile_dpbf16ps(1, 4, 7);
                    if (two) {
                        _tile_loadd(5, a + along * TILE, 64);
                        _tile_dpbf16ps(2, 5, 6);
                        _tile_dpbf16ps(3, 5, 7);
                    }
                }
                put<2>(sum, beside, SIDE * SIDE, SIDE);
            }
        }
    }
    float dScale = 0;
    for (int s = 0; s < 2 * along; s++) {
        for (int c = 0; c < columns; c++) {
            transpose(dQueries + ((long)c * along * 2 + s) * SIDE * SIDE, out + c * SIDE, 4L * outWidth);
        }
        for (int r = 0; r < SIDE && s * SIDE + r < form.tokens; r++) {
            const int row = s * SIDE + r;
            dScale += queryRows.unpack(row, out + r * outWidth, queryInverses, form.factor, dQkv + at.start + row * at.step);
        }
    }
    _mm_sfence();
    return dScale;
}

} // namespace

#endif

// The result (N, T, heads d) and, where there is room for them, each row's logarithm of its sum (N, heads, T) to base 2.
JAVA(void, CompiledAttention, forward, Address qkv, Address angles, Address scales, float factor, Address y,
    Address logSums, int images, int heads, int tokens, int width) {
#ifdef __AMX_BF16__
    const Form form{images, heads, tokens, width, (const float*)angles, (const float*)scales, factor};
#pragma omp parallel
    {
        TilesInUse tiles;
#pragma omp for schedule(static)
        for (int item = 0; item < images * heads; item++) {
            float* sums = logSums == 0 ? nullptr : (float*)logSums + (long)item * tokens;
            const Head head(form, item);
            const Head next(form, item + 1 < images * heads ? item + 1 : item);
            const Ahead ahead{next, {(const bf16*)qkv + next.start, (const bf16*)y + next.place},
                {2 * next.step, 2 * next.outer}, 2, 1};
            forward(head, (const bf16*)qkv, (bf16*)y, sums, ahead);
        }
    }
#endif
}

// The gradient (N, T, 3 heads d) and, where there are scales, theirs: (heads), in the beginning of memory of (N, heads).
JAVA(void, CompiledAttention, backward, Address qkv, Address angles, Address scales, float factor, Address y,
    Address logSums, Address dY, Address dQkv, Address dScales, int images, int heads, int tokens, int width) {
#ifdef __AMX_BF16__
    const Form form{images, heads, tokens, width, (const float*)angles, (const float*)scales, factor};
#pragma omp parallel
    {
        TilesInUse tiles;
#pragma omp for schedule(static)
        for (int item = 0; item < images * heads; item++) {
            const Head head(form, item);
            const Head next(form, item + 1 < images * heads ? item + 1 : item);
            const Ahead ahead{next,
                {(const bf16*)qkv + next.start, (const bf16*)y + next.place, (const bf16*)dY + next.place},
                {2 * next.step, 2 * next.outer, 2 * next.outer}, 3, 3};
            float dScale = backward(head, (const bf16*)qkv, (const bf16*)y, (const float*)logSums + (long)item * tokens,
                (const bf16*)dY, (bf16*)dQkv, ahead);
            if (dScales != 0) {
                ((float*)dScales)[item] = dScale;
            }
        }
    }
    for (int head = 0; dScales != 0 && head < heads; head++) {
        double sum = 0;
        for (int image = 0; image < images; image++) {
            sum += ((float*)dScales)[(long)image * heads + head];
        }
        ((float*)dScales)[head] = (float)sum;
    }
#endif
}
