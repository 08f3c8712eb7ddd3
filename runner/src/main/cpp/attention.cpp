// Attention of each head over projections in bfloat16, forward and backward: products on tiles, softmax in float32 in the
// cache. Weights are not kept but computed again from each row's logarithm of its sum.
//
// Everything that a product reads is first packed into tiles of 1 KB: rows (16 rows of 32 numbers), their transpose (16 pairs
// of numbers of 16 rows), or pairs of rows (16 pairs of rows, 16 numbers each). Rows and numbers beyond the extents are 0.
#include "amx.h"

#include <cstdlib>

#ifdef __AMX_BF16__

namespace {

constexpr int SIDE = 16;  // rows of a tile, and floats in one of its rows
constexpr int DEPTH = 32; // bfloat16 numbers in one of its rows
constexpr int TILE = SIDE * DEPTH;
constexpr int BLOCK = 2 * SIDE; // rows of a block: two tiles
constexpr float LOG2_E = 1.44269504089f;

int blocks(int extent) { return (extent + BLOCK - 1) / BLOCK; }

// 2^x, to about 2 units in the last place: a polynomial of its fraction, and its floor as exponent.
inline __m512 powerOfTwo(__m512 x) {
    __m512 fraction = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF); // 0 of infinities
    __m512 y = _mm512_set1_ps(0.0018671300495043397f);
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.009017029777169228f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.05579991266131401f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.24016444385051727f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(0.6931512951850891f));
    y = _mm512_fmadd_ps(y, fraction, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(y, x);
}

// The first of two vectors in the lower half.
inline __m512i narrowed(__m512 lower, __m512 upper) { return (__m512i)_mm512_cvtne2ps_pbh(upper, lower); }

// 16 rows of 16 words, exchanged; @param step bytes between the rows that are written
inline void transpose(const void* from, void* to, long step = 64) {
    __m512i r[16];
    __m512i t[16];
    for (int i = 0; i < 16; i++) {
        r[i] = _mm512_loadu_si512((const char*)from + 64 * i);
    }
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (int i = 0; i < 8; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    }
    for (int i = 0; i < 16; i++) {
        _mm512_storeu_si512((char*)to + step * i, r[i]);
    }
}

// Sums of 16 vectors.
inline __m512 sums(const __m512* rows) {
    float words[256];
    for (int i = 0; i < 16; i++) {
        _mm512_storeu_ps(words + 16 * i, rows[i]);
    }
    transpose(words, words);
    __m512 sum = _mm512_loadu_ps(words);
    for (int i = 1; i < 16; i++) {
        sum = _mm512_add_ps(sum, _mm512_loadu_ps(words + 16 * i));
    }
    return sum;
}

// Orders of 16-bit numbers.
struct Order {
    alignas(64) uint16_t places[32] = {};

    // Every other from `other` on, between those from `one` on.
    constexpr Order(int one, int other) {
        for (int i = 0; i < 16; i++) {
            places[2 * i] = (uint16_t)(one + i);
            places[2 * i + 1] = (uint16_t)(other + i);
        }
    }

    __m512i vector() const { return _mm512_load_si512(places); }
};

constexpr Order LOWER_HALVES(0, 32);
constexpr Order UPPER_HALVES(16, 48);
constexpr Order HALVES(0, 16);

// Of 16 rows, half a tile of pairs for each 16 of their numbers: at `to` for the first, the next ones a tile further.
inline void pair(const bf16* rows, int depth, bf16* to) {
    const __m512i first = LOWER_HALVES.vector();
    const __m512i second = UPPER_HALVES.vector();
    for (int k = 0; k < depth; k++) {
        for (int r = 0; r < SIDE; r += 2) {
            __m512i even = _mm512_loadu_si512(rows + k * TILE + r * DEPTH);
            __m512i odd = _mm512_loadu_si512(rows + k * TILE + (r + 1) * DEPTH);
            bf16* at = to + 2 * k * TILE + r / 2 * DEPTH;
            _mm512_storeu_si512(at, _mm512_permutex2var_epi16(even, first, odd));
            _mm512_storeu_si512(at + TILE, _mm512_permutex2var_epi16(even, second, odd));
        }
    }
}

// A sum of products of tiles, two tiles of rows by one or two of columns, into tiles 0 to 3. Tiles of a: the second's rows
// `aside` further, the next step's `aStep`; of b: the second's columns `beside` further, the next step's `bStep`.
template <int COLUMNS>
inline void multiply(
    const bf16* a, long aside, long aStep, const bf16* b, long beside, long bStep, int steps) {
    for (int k = 0; k < steps; k++, a += aStep, b += bStep) {
        _tile_loadd(4, a, 64);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(5, a + aside, 64);
        _tile_dpbf16ps(2, 5, 6);
        if (COLUMNS == 2) {
            _tile_loadd(7, b + beside, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
}

inline void clear() {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

// Writes them, the second row of tiles `aside` floats further, the second column's `beside`; rows of a tile `step` apart.
template <int COLUMNS> inline void put(float* to, long aside, long beside, long step) {
    _tile_stored(0, to, 4 * step);
    _tile_stored(2, to + aside, 4 * step);
    if (COLUMNS == 2) {
        _tile_stored(1, to + beside, 4 * step);
        _tile_stored(3, to + aside + beside, 4 * step);
    }
}

// One thread's memory; it grows to what a head needs and stays.
struct Scratch {
    char* memory = nullptr;
    size_t size = 0;
    size_t used = 0;

    void begin(size_t wanted) {
        if (size < wanted) {
            free(memory);
            memory = (char*)aligned_alloc(4096, (wanted + 4095) / 4096 * 4096);
            size = wanted;
        }
        used = 0;
    }

    template <class T> T* take(size_t count) {
        T* at = (T*)(memory + used);
        used += (count * sizeof(T) + 63) / 64 * 64;
        return at;
    }

    ~Scratch() { free(memory); }
};

thread_local Scratch scratch;

// Projections (N, T, 3 heads d) as [q|k|v][heads][d] and how queries meet keys.
struct Form {
    int images;
    int heads;
    int tokens;
    int width;           // of a head
    const float* angles; // (T, d / 2) complex, or null
    const float* scales; // (heads), or null: queries and keys are normalised, and queries multiplied by it
    float factor;        // of the logits

    long channels() const { return (long)heads * width; }
    int depth() const { return blocks(width); }              // steps of a product over numbers of a head
    int columns() const { return (width + SIDE - 1) / SIDE; } // tiles beside each other in rows of a head
    int along() const { return blocks(tokens); }             // blocks of tokens
    // Tokens in a block.
    int kept(int block) const { return tokens - block * BLOCK < BLOCK ? tokens - block * BLOCK : BLOCK; }
    bool turns() const { return angles != nullptr || scales != nullptr; }
};

// Rows of queries or keys: as they lie, or rotated, normalised and multiplied by a number.
struct Rows {
    const Form& form;
    const bf16* from;
    long step;
    float multiple; // of a normalised row
    bool turns;

    // Some rotated row's 16 numbers from one on.
    __m512 rotated(int row, int at, __mmask16 which) const {
        __m512 x = load(from + row * step + at, which);
        if (form.angles == nullptr) {
            return x;
        }
        __m512 angles = load(form.angles + (long)row * form.width + at, which);
        __m512 exchanged = _mm512_permute_ps(x, 0xb1);
        __m512 cosines = _mm512_moveldup_ps(angles);
        __m512 sines = _mm512_movehdup_ps(angles);
        return _mm512_fmaddsub_ps(x, cosines, _mm512_mul_ps(exchanged, sines));
    }

    // Packs 16 rows, fewer at the end; @param inverses of the rows' lengths, written where they are normalised.
    void pack(int row, bf16* tiles, float* inverses) const {
        const int depth = form.depth();
        const int count = form.tokens - row < SIDE ? form.tokens - row : SIDE;
        if (count < SIDE) {
            memset(tiles, 0, (size_t)depth * TILE * sizeof(bf16));
        }
        if (!turns) {
            for (int r = 0; r < count; r++) {
                for (int k = 0; k < depth; k++) {
                    __m512i x = _mm512_maskz_loadu_epi16(among(k), from + (row + r) * step + k * DEPTH);
                    _mm512_storeu_si512(tiles + k * TILE + r * DEPTH, x);
                }
            }
            return;
        }
        float wide[SIDE * 128];
        __m512 squares[SIDE];
        for (int r = 0; r < SIDE; r++) {
            squares[r] = _mm512_setzero_ps();
            for (int at = 0; r < count && at < depth * DEPTH; at += LANES) {
                __m512 x = rotated(row + r, at, within(at));
                squares[r] = _mm512_fmadd_ps(x, x, squares[r]);
                _mm512_storeu_ps(wide + r * 128 + at, x);
            }
        }
        float factors[SIDE];
        if (form.scales != nullptr) {
            // Not below 1e-24; NaN stays.
            __m512 squared = _mm512_max_ps(_mm512_set1_ps(1e-24f), sums(squares));
            __m512 inverse = _mm512_div_ps(_mm512_set1_ps(1), _mm512_sqrt_ps(squared));
            _mm512_storeu_ps(inverses + row, inverse);
            _mm512_storeu_ps(factors, _mm512_mul_ps(inverse, _mm512_set1_ps(multiple)));
        }
        for (int r = 0; r < count; r++) {
            __m512 by = _mm512_set1_ps(form.scales == nullptr ? 1 : factors[r]);
            for (int k = 0; k < depth; k++) {
                __m512 lower = _mm512_loadu_ps(wide + r * 128 + k * DEPTH);
                __m512 upper = _mm512_loadu_ps(wide + r * 128 + k * DEPTH + LANES);
                __m512i x = narrowed(_mm512_mul_ps(lower, by), _mm512_mul_ps(upper, by));
                _mm512_storeu_si512(tiles + k * TILE + r * DEPTH, x);
            }
        }
    }

    // Writes the gradient of one row from that of what `pack` made of it; the sum of its products with the unit row.
    float unpack(int row, const float* gradient, const float* inverses, float factor, bf16* to) const {
        const bool normalised = turns && form.scales != nullptr;
        __m512 along = _mm512_setzero_ps();
        __m512 by = _mm512_set1_ps(factor);
        float sum = 0;
        if (normalised) {
            for (int at = 0; at < form.width; at += LANES) {
                __mmask16 which = within(at);
                along = _mm512_fmadd_ps(load(gradient + at, which), rotated(row, at, which), along);
            }
            const float inverse = inverses[row];
            sum = _mm512_reduce_add_ps(along) * inverse * factor;
            along = _mm512_set1_ps(-sum * inverse * inverse * multiple);
            by = _mm512_set1_ps(factor * inverse * multiple);
        }
        auto made = [&](int at, __mmask16 which) __attribute__((always_inline)) {
            __m512 g = _mm512_mul_ps(load(gradient + at, which), by);
            if (normalised) {
                g = _mm512_fmadd_ps(rotated(row, at, which), along, g);
            }
            if (turns && form.angles != nullptr) {
                __m512 angles = load(form.angles + (long)row * form.width + at, which);
                __m512 exchanged = _mm512_permute_ps(g, 0xb1);
                __m512 cosines = _mm512_moveldup_ps(angles);
                __m512 sines = _mm512_movehdup_ps(angles);
                g = _mm512_fmsubadd_ps(g, cosines, _mm512_mul_ps(exchanged, sines));
            }
            return g;
        };
        int at = 0;
        for (; at + DEPTH <= form.width; at += DEPTH) {
            const __mmask16 all = 0xffff;
            __m512i x = narrowed(made(at, all), made(at + LANES, all));
            if (((uintptr_t)(to + at) & 63) == 0) {
                _mm512_stream_si512((__m512i*)(to + at), x);
            } else {
                _mm512_storeu_si512(to + at, x);
            }
        }
        for (; at < form.width; at += LANES) {
            store(to + at, made(at, within(at)), within(at));
        }
        return sum;
    }

    __mmask16 within(int at) const {
        int left = form.width - at;
        return left >= LANES ? (__mmask16)0xffff : left <= 0 ? (__mmask16)0 : first(left);
    }

    __mmask32 among(int k) const {
        int left = form.width - k * DEPTH;
        return left >= DEPTH ? ~(__mmask32)0 : ((__mmask32)1 << left) - 1;
    }
};

// One head of one image.
struct Head {
    const Form& form;
    int head;
    long step;  // between tokens of the projections
    long start; // of its queries in them
    long outer; // between tokens of the result
    long place; // of the head in it

    Head(const Form& of, int item)
        : form(of), head(item % of.heads), step(3 * of.channels()),
          start(item / of.heads * of.tokens * step + (long)head * of.width), outer(of.channels()),
          place(item / of.heads * of.tokens * outer + (long)head * of.width) {}

    Rows queries(const bf16* qkv) const {
        return {form, qkv + start, step, form.scales == nullptr ? 1 : form.scales[head], form.turns()};
    }
    Rows keys(const bf16* qkv) const { return {form, qkv + start + form.channels(), step, 1, form.turns()}; }
    Rows values(const bf16* qkv) const { return {form, qkv + start + 2 * form.channels(), step, 1, false}; }
    Rows results(const bf16* y) const { return {form, y + place, outer, 1, false}; }
};

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
